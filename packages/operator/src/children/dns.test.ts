import type { KubeObject } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { createSettings, EMPTY_CLUSTER, expectedRecords, type IngressObject } from '../dns/index.ts';
import { dnsPartOf } from './dns.ts';

const alpha = 'external-dns.alpha.kubernetes.io/';

function objectOf(kind: string, annotations: Record<string, string>, more: object = {}): KubeObject {
  return {
    apiVersion: kind === 'Ingress' ? 'networking.k8s.io/v1' : 'v1',
    kind,
    metadata: { name: 'web', namespace: 'shop', annotations, labels: { app: 'web' } },
    ...more,
  };
}

const paths = { http: { paths: [{ path: '/', backend: {} }] } };
const address = { loadBalancer: { ingress: [{ ip: '192.0.2.1', ports: [{ port: 80 }] }] } };
const hosts = { spec: { rules: [{ host: 'app.example.com', ...paths }] }, status: address };

describe('dnsPartOf', () => {
  it.each<[reason: string, object: KubeObject]>([
    ['an Ingress without hosts', objectOf('Ingress', {}, { spec: { rules: [paths] } })],
    ['a Service without a hostname', objectOf('Service', {}, { spec: { type: 'LoadBalancer' } })],
    ['another kind', objectOf('ConfigMap', { [`${alpha}hostname`]: 'app.example.com' })],
    ['an Ingress of another group', { ...objectOf('Ingress', {}, hosts), apiVersion: 'example.com/v1' }],
  ])('keeps nothing of %s', (_, object) => expect(dnsPartOf(object)).toBeUndefined());

  it('keeps of an Ingress its hosts, its addresses and what ExternalDNS reads', () => {
    const annotations = {
      [`${alpha}hostname`]: 'app.example.com',
      'dns.example.com/ttl': '60',
      'external-dns.kubernetes.io/aws-weight': '10',
      'nginx.ingress.kubernetes.io/ssl-redirect': 'true',
    };
    const tls = [{ hosts: ['app.example.com'], secretName: 'web-tls' }];
    const spec = { ...hosts.spec, ingressClassName: 'nginx', tls };
    expect(dnsPartOf(objectOf('Ingress', annotations, { ...hosts, spec }))).toEqual({
      hasIssuer: false,
      object: {
        kind: 'Ingress',
        metadata: {
          name: 'web',
          namespace: 'shop',
          annotations: {
            [`${alpha}hostname`]: 'app.example.com',
            'dns.example.com/ttl': '60',
            'external-dns.kubernetes.io/aws-weight': '10',
          },
        },
        spec: { rules: [{ host: 'app.example.com' }], tls: [{ hosts: ['app.example.com'] }] },
        status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
      },
    });
  });

  it.each([
    ['cert-manager.io/cluster-issuer', true],
    ['cert-manager.io/issuer', true],
    ['cert-manager.io/issuer-kind', false],
  ])('%s: asks for a certificate: %s', (annotation, expected) => {
    expect(dnsPartOf(objectOf('Ingress', { [annotation]: 'x' }, hosts))?.hasIssuer).toBe(expected);
  });

  it.each<[reason: string, object: KubeObject]>([
    ['an Ingress', objectOf('Ingress', { [`${alpha}ttl`]: '60' }, hosts)],
    [
      'a LoadBalancer',
      objectOf(
        'Service',
        { [`${alpha}hostname`]: 'a.example.com', [`${alpha}internal-hostname`]: 'i.example.com' },
        { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1', ports: [{ port: 80 }] }, status: address },
      ),
    ],
    [
      'an ExternalName',
      objectOf(
        'Service',
        { [`${alpha}hostname`]: 'a.example.com' },
        { spec: { type: 'ExternalName', externalName: 'b.example.net' } },
      ),
    ],
    [
      'external addresses',
      objectOf(
        'Service',
        { [`${alpha}hostname`]: 'a.example.com' },
        { spec: { type: 'LoadBalancer', externalIPs: ['192.0.2.9'] } },
      ),
    ],
  ])('%s leads to the same records as the whole object', (_, object) => {
    const of = (source: unknown) =>
      expectedRecords([source as IngressObject], EMPTY_CLUSTER, createSettings()).records;
    const whole = of(object);
    expect(whole.length).toBeGreaterThan(0);
    expect(of(dnsPartOf(object)?.object)).toEqual(whole);
  });
});
