import { describe, expect, it } from 'vitest';
import { DNS_DEFAULTS, type DnsRules, rulesOf, settingsFor } from './rules.ts';

const { probePrivateAddresses, ...defaults } = DNS_DEFAULTS;
const flags: DnsRules = {
  ...defaults,
  verification: 'Gate',
  timeoutSeconds: 60,
  nameservers: ['192.0.2.53'],
  externalDNS: { ownerId: 'flag', txtPrefix: 'flag-', policy: 'sync' },
};

describe('rulesOf', () => {
  it.each<[reason: string, spec: Parameters<typeof rulesOf>[0], expected: object]>([
    ['no spec.dns has the flags', undefined, flags],
    ['each field falls back by itself', { timeoutSeconds: 5 }, { ...flags, timeoutSeconds: 5 }],
    [
      'so does each of ExternalDNS',
      { externalDNS: { ownerId: 'own' } },
      { ...flags, externalDNS: { ownerId: 'own', txtPrefix: 'flag-', policy: 'sync' } },
    ],
    [
      'a suffix replaces the prefix of the flags: ExternalDNS takes one of the two',
      { externalDNS: { txtSuffix: '-own' } },
      { ...flags, externalDNS: { ownerId: 'flag', txtSuffix: '-own', policy: 'sync' } },
    ],
    [
      'so does each of the probe',
      { probe: { enabled: true, path: '/healthz' } },
      { ...flags, probe: { enabled: true, path: '/healthz', intervalSeconds: 300, timeoutSeconds: 5 } },
    ],
    ['own servers replace those of the flags', { nameservers: ['ns1'] }, { ...flags, nameservers: ['ns1'] }],
  ])('%s', (_, spec, expected) =>
    expect(rulesOf(spec, { ...flags, probePrivateAddresses })).toEqual(expected),
  );
});

describe('the annotation prefix', () => {
  const object = (...annotations: string[]) => ({
    kind: 'Ingress' as const,
    metadata: { name: 'a', annotations: Object.fromEntries(annotations.map((name) => [name, 'x'])) },
  });
  const alpha = 'external-dns.alpha.kubernetes.io/';
  const stable = 'external-dns.kubernetes.io/';
  it.each<[reason: string, known: string | undefined, annotations: string[], expected: string]>([
    ['v0.14.0 has the alpha one', undefined, [], alpha],
    ['objects with the stable one alone are for a newer ExternalDNS', undefined, [`${stable}ttl`], stable],
    ['with both nobody can tell', undefined, [`${stable}ttl`, `${alpha}ttl`], alpha],
    ['what is known counts', alpha, [`${stable}ttl`], alpha],
  ])('%s', (_, known, annotations, expected) => {
    const externalDNS = known === undefined ? {} : { annotationPrefix: known };
    const rules = { ...DNS_DEFAULTS, externalDNS };
    expect(settingsFor(rules, [object(...annotations)]).annotationPrefix).toBe(expected);
  });
});
