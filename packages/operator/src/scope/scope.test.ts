import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../render/index.ts';
import { templateOf } from '../testing/template.ts';
import {
  createScope,
  kindPatternProblem,
  namespacePatternProblem,
  type ScopeOptions,
  scopeProblems,
  type WantedObject,
} from './index.ts';

const configMap: WantedObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: 'x',
  namespace: undefined,
  isTargeted: false,
  namespaced: true,
};
const into = (namespace: string, more: Partial<WantedObject> = {}): WantedObject => ({
  ...configMap,
  namespace,
  isTargeted: true,
  ...more,
});
const cluster = (apiVersion: string, kind: string, name: string): WantedObject => ({
  ...configMap,
  apiVersion,
  kind,
  name,
  namespaced: false,
});
const refusal = (options: ScopeOptions, object: WantedObject, own = 'home') =>
  createScope(options).refuse(own, object);

describe('--allowed-kinds', () => {
  it.each<[string[] | undefined, string, string, boolean, string]>([
    [undefined, 'example.com/v1', 'Widget', true, 'nothing is said'],
    [['*'], 'example.com/v1', 'Widget', true, 'all'],
    [['ConfigMap'], 'v1', 'ConfigMap', true, 'a core kind'],
    [['ConfigMap'], 'v1', 'Secret', false, 'another kind'],
    [['Deployment'], 'apps/v1', 'Deployment', true, 'the kind of a template list'],
    [['Deployment'], 'extensions.example.com/v1', 'Deployment', false, 'of that name in another group'],
    [['Service'], 'serving.knative.dev/v1', 'Service', false, "another group's Service"],
    [['Service.serving.knative.dev'], 'serving.knative.dev/v1', 'Service', true, 'with its group'],
    [['Service.serving.knative.dev'], 'v1', 'Service', false, 'and only there'],
    [['Role'], 'rbac.authorization.k8s.io/v1', 'Role', false, 'a kind without a list needs its group'],
    [['*.apps'], 'apps/v1beta2', 'StatefulSet', true, 'a group, in any version'],
    [['*.apps'], 'myapps/v1', 'StatefulSet', false, 'no part of a name'],
    [['*.core'], 'v1', 'LimitRange', true, 'the core group'],
    [['*.core'], 'apps/v1', 'Deployment', false, 'and no other'],
    [[], 'v1', 'ConfigMap', false, 'an empty list'],
  ])('%j: %s %s -> %s (%s)', (kinds, apiVersion, kind, isAllowed) => {
    const object = { ...configMap, apiVersion, kind };
    expect(refusal({ kinds }, object)?.reason).toBe(isAllowed ? undefined : 'KindNotAllowed');
  });

  it.each([
    ['ConfigMap', true],
    ['*', true],
    ['*.apps', true],
    ['Role.rbac.authorization.k8s.io', true],
    ['configmaps', false],
    ['apps/Deployment', false],
    ['', false],
    ['Con*', false],
  ])('pattern %j can be used: %s', (text, isUsable) => {
    expect(kindPatternProblem(text) === undefined).toBe(isUsable);
  });
});

describe('--allowed-namespaces', () => {
  const operatorNamespace = 'operator-system';
  it.each<[string[] | undefined, WantedObject, boolean, string]>([
    [undefined, configMap, true, 'its own'],
    [undefined, into('other'), true, 'another one, which the item names as its target'],
    [undefined, into('kube-system'), false, 'protected'],
    [undefined, into(operatorNamespace), false, "the operator's own"],
    [['*'], into('kube-public'), false, 'a pattern does not cover what is protected'],
    [['*'], configMap, true, 'but the own'],
    [['.', 'kube-system'], into('kube-system'), true, 'named'],
    [['.'], configMap, true, 'its own alone'],
    [['.'], into('other'), false, 'its own alone, and another one'],
    [['.'], into('home'), true, 'its own, said aloud'],
    [['team-*'], configMap, false, 'its own is not on the list'],
    [['team-*'], into('team-a'), true, 'a pattern'],
    [['team-*'], into('steam-a'), false, 'of the whole name'],
    [['a*z'], into('a-1-z'), true, 'in the middle'],
    [undefined, into('other', { isTargeted: false }), false, 'spec.metadata.namespace is no wish'],
    [undefined, into('home', { isTargeted: false }), true, 'unless it is where the Tenant is'],
    [['.'], cluster('v1', 'Namespace', 'other'), false, 'a Namespace counts as itself'],
    [undefined, cluster('v1', 'Namespace', 'other'), true, 'and may be made'],
    [undefined, cluster('v1', 'Namespace', 'kube-system'), false, 'but not taken'],
    [['.'], cluster('example.com/v1', 'Cluster', 'x'), true, 'cluster-scoped kinds are a matter of kinds'],
  ])('%j: %j -> %s (%s)', (namespaces, object, isAllowed) => {
    const found = refusal({ namespaces, operatorNamespace }, object);
    expect(found?.reason).toBe(isAllowed ? undefined : 'NamespaceNotAllowed');
  });

  it('a Tenant that lives in a protected namespace may have objects there', () => {
    expect(refusal({ operatorNamespace }, configMap, operatorNamespace)).toBeUndefined();
  });

  it.each([
    ['team-*', true],
    ['.', true],
    ['*', true],
    ['Team', false],
    ['', false],
    ['a/b', false],
    ['..', false],
  ])('pattern %j can be used: %s', (text, isUsable) => {
    expect(namespacePatternProblem(text) === undefined).toBe(isUsable);
  });
});

describe("the operator's own objects", () => {
  const operatorNamespace = 'home';
  it.each<[WantedObject, boolean, string]>([
    [{ ...configMap, kind: 'Secret', name: 'tenant-operator-webhook' }, false, 'its certificates'],
    [{ ...configMap, kind: 'Secret', name: 'tenant-operator-digest-key' }, false, 'its key'],
    [
      { ...configMap, apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'tenant-operator' },
      false,
      'its Lease',
    ],
    [
      cluster('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'tenant-operator'),
      false,
      'who asks its webhook',
    ],
    [{ ...configMap, kind: 'Secret', name: 'acme-login' }, true, "a tenant's Secret beside them"],
    [{ ...configMap, name: 'tenant-operators' }, true, 'a name that begins alike'],
  ])('%j -> %s (%s)', (object, isAllowed) => {
    const found = refusal({ operatorNamespace }, object);
    expect(found?.reason).toBe(isAllowed ? undefined : 'ObjectNotAllowed');
  });

  it('have no meaning in another namespace', () => {
    const secret = { ...configMap, kind: 'Secret', name: 'tenant-operator-webhook' };
    expect(refusal({ operatorNamespace: 'elsewhere' }, secret)).toBeUndefined();
  });
});

describe('scopeProblems', () => {
  const problems = (lists: Record<string, object[]>, options: ScopeOptions) => {
    const template = templateOf(lists);
    return scopeProblems(compileTemplate(template, undefined).items, template, createScope(options)).map(
      ({ reason, message }) => `${reason}: ${message}`,
    );
  };

  it('names the item, what it asks for and the flag', () => {
    const role = { id: 'r', spec: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' } };
    expect(
      problems({ configMaps: [{ id: 'c', spec: {} }], manifests: [role] }, { kinds: ['ConfigMap'] }),
    ).toEqual([
      'KindNotAllowed: item "r": the kind ClusterRole.rbac.authorization.k8s.io is not among the --allowed-kinds of the operator (ConfigMap)',
    ]);
  });

  it.each<[object, string[], string]>([
    [
      { targetNamespace: 'kube-system' },
      ['NamespaceNotAllowed: item "c": namespace "kube-system" is protected'],
      'said',
    ],
    [{ targetNamespace: '{{ .uid }}' }, [], 'known with each tenant only'],
    [{ targetNamespace: 'ns' }, [], 'its own'],
    [
      { spec: { metadata: { namespace: 'other' } } },
      ['NamespaceNotAllowed: item "c": spec.metadata.namespace is "other", but the Tenant is in "ns"'],
      'pasted',
    ],
    [{ spec: { metadata: { namespace: 'ns' } } }, [], 'pasted, and the same'],
  ])('%j -> %j: %s', (more, expected) => {
    const found = problems({ configMaps: [{ id: 'c', spec: {}, ...more }] }, {});
    expect(found).toHaveLength(expected.length);
    for (const [index, text] of expected.entries()) expect(found[index]).toContain(text);
  });
});
