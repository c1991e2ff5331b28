import { ANNOTATIONS, LABELS } from '@tenant-operator/api';
import type { KubeObject, ObjectMeta } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { createDigester } from './digest.ts';
import { childKey, objectKey, observeChild, routesOf } from './observe.ts';

const digester = createDigester('key');

function configMap(metadata: Partial<ObjectMeta> = {}, content: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'ns', ...metadata },
    ...content,
  };
}

const observe = (metadata: Partial<ObjectMeta>, content: object = {}) =>
  observeChild(configMap(metadata, content), digester);

const labels = { [LABELS.tenant]: 't', [LABELS.tenantNamespace]: 'tenants' };

describe('observeChild', () => {
  it.each([
    [{}, undefined, 'no tenant'],
    [{ labels }, 'tenants/t', 'the tenant may live in another namespace'],
    [{ labels: { [LABELS.tenant]: 't' } }, 'ns/t', 'else in that of the object'],
    [{ labels: { ...labels, [LABELS.orphaned]: 'true' } }, undefined, 'what was left behind is nobody’s'],
  ])('%j -> tenant %s: %s', (metadata, expected, _reason) => {
    expect(observe(metadata).tenantKey).toBe(expected);
  });

  const owner = { apiVersion: 'x/v1', kind: 'Tenant', name: 't', uid: 'u1' };
  const annotations = { [ANNOTATIONS.tenantUid]: 'u2' };
  it.each([
    [{}, undefined, 'nobody'],
    [{ ownerReferences: [{ ...owner, controller: true }] }, 'u1', 'its controller'],
    [{ ownerReferences: [owner] }, undefined, 'an owner that does not control'],
    [{ annotations }, 'u2', 'its annotation, where no owner reference is possible'],
    [{ annotations, ownerReferences: [{ ...owner, controller: true }] }, 'u1', 'the controller counts more'],
  ])('%j -> tenant UID %s: %s', (metadata, expected, _reason) => {
    expect(observe(metadata).tenantUid).toBe(expected);
  });

  it('digests only what the operator owns', () => {
    const managedFields = [
      { manager: 'tenant-operator', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } },
    ];
    const live = (data: object) => observe({ managedFields }, { data }).live;
    expect(live({ a: '1' })).toBe(live({ a: '1', b: '2' }));
    expect(live({ a: '1' })).not.toBe(live({ a: '2' }));
    expect(live({ a: '1' })).not.toBe(live({}));
    expect(observe({}, { data: { a: '1' } }).live).toBe('');
  });

  it('keeps the identity of the object, and whether it goes', () => {
    const seen = observe({ uid: 'u', resourceVersion: '7', deletionTimestamp: '2024-01-01T00:00:00Z' });
    expect(seen).toMatchObject({
      uid: 'u',
      resourceVersion: '7',
      deleting: true,
      name: 'a',
      namespace: 'ns',
    });
    expect(seen.readiness.state).toBe('waiting');
  });
});

describe('keys', () => {
  const ref = { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', namespace: 'ns', name: 'a' };
  it('childKey tells versions apart, objectKey does not', () => {
    const newer = { ...ref, apiVersion: 'autoscaling/v2' };
    expect(childKey(ref)).not.toBe(childKey(newer));
    expect(objectKey(ref)).toBe(objectKey(newer));
  });

  it.each([
    [{ namespace: 'b' }, 'another namespace'],
    [{ namespace: undefined }, 'no namespace'],
    [{ name: 'b' }, 'another name'],
    [{ kind: 'Scale' }, 'another kind'],
    [{ apiVersion: 'v1' }, 'the core group'],
  ])('%j is another object: %s', (change, _reason) => {
    expect(objectKey({ ...ref, ...change })).not.toBe(objectKey(ref));
    expect(childKey({ ...ref, ...change })).not.toBe(childKey(ref));
  });
});

describe('routesOf', () => {
  const ingress = (...rules: object[]) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    spec: { rules },
  });
  const rule = (host: string | undefined, ...paths: (string | undefined)[]) => ({
    ...(host === undefined ? {} : { host }),
    http: { paths: paths.map((path) => (path === undefined ? {} : { path })) },
  });
  it.each([
    [ingress(rule('a.example.com', '/')), ['a.example.com/'], 'one host, one path'],
    [ingress(rule('a.example.com', '/', '/api')), ['a.example.com/', 'a.example.com/api'], 'each path'],
    [ingress(rule('a.example.com', undefined)), ['a.example.com/'], 'no path is the root'],
    [ingress(rule('a.example.com', '/'), rule('a.example.com', '/')), ['a.example.com/'], 'each once'],
    [ingress(rule('*.example.com', '/')), ['*.example.com/'], 'a wildcard host is a host'],
    [ingress(rule(undefined, '/'), rule('', '/')), [], 'without a host nobody else is in the way'],
    [ingress({ host: 'a.example.com' }), [], 'a rule without paths'],
    [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }, [], 'no spec'],
    [{ ...ingress(rule('a.example.com', '/')), kind: 'NetworkPolicy' }, [], 'another kind'],
    [{ ...ingress(rule('a.example.com', '/')), apiVersion: 'example.com/v1' }, [], "somebody else's Ingress"],
  ])('%# -> %j: %s', (object, expected, _reason) => {
    expect(routesOf(object)).toEqual(expected);
  });
});
