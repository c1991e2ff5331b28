import { describe, expect, it } from 'vitest';
import { STABLE_PREFIX } from '../settings/index.ts';
import { ingress, type Row, zoneLines } from '../testing/objects.ts';
import { EMPTY_CLUSTER } from './index.ts';

const HOSTS = { rules: [{ host: 'rule.example.com' }], tls: [{ hosts: ['tls.example.com'] }] };

describe('an Ingress', () => {
  const rows: Row[] = [
    ['is published under its rule host', ingress({}), ['app.example.com 0 A 192.0.2.1']],
    [
      'under rule hosts, TLS hosts and the annotation, together',
      ingress({ hostname: 'note.example.com' }, HOSTS),
      ['note.example.com 0 A 192.0.2.1', 'rule.example.com 0 A 192.0.2.1', 'tls.example.com 0 A 192.0.2.1'],
    ],
    [
      'once, where all three name the same host',
      ingress({ hostname: 'app.example.com' }),
      ['app.example.com 0 A 192.0.2.1'],
    ],
    ['not under rules without a host', ingress({}, { rules: [{}, { host: '' }] }), []],
    [
      'under every hostname of the list, blanks removed',
      ingress({ hostname: ' a.example.com , b.example.com' }, {}),
      ['a.example.com 0 A 192.0.2.1', 'b.example.com 0 A 192.0.2.1'],
    ],
    [
      'without the final dot of the annotation',
      ingress({ hostname: 'a.example.com.' }, {}),
      ['a.example.com 0 A 192.0.2.1'],
    ],
    [
      'under a wildcard as it is',
      ingress({}, { rules: [{ host: '*.example.com' }] }),
      ['*.example.com 0 A 192.0.2.1'],
    ],
    [
      'ingress-hostname-source: defined-hosts-only leaves the annotation out',
      ingress({ hostname: 'note.example.com', 'ingress-hostname-source': 'defined-hosts-only' }, HOSTS),
      ['rule.example.com 0 A 192.0.2.1', 'tls.example.com 0 A 192.0.2.1'],
    ],
    [
      'ingress-hostname-source: annotation-only, in any case, leaves the hosts out',
      ingress({ hostname: 'note.example.com', 'ingress-hostname-source': 'Annotation-Only' }, HOSTS),
      ['note.example.com 0 A 192.0.2.1'],
    ],
    [
      'an unknown ingress-hostname-source publishes nothing',
      ingress({ 'ingress-hostname-source': 'all' }, HOSTS),
      [],
    ],
    [
      '--ignore-ingress-tls-spec',
      ingress({}, HOSTS),
      ['rule.example.com 0 A 192.0.2.1'],
      { ignoreIngressTls: true },
    ],
    [
      '--ignore-ingress-rules-spec',
      ingress({}, HOSTS),
      ['tls.example.com 0 A 192.0.2.1'],
      { ignoreIngressRules: true },
    ],
    ['without an address there is no record', ingress({}, undefined, []), []],
    [
      'an IPv6 address makes AAAA',
      ingress({}, undefined, [{ ip: '2001:db8::1' }]),
      ['app.example.com 0 AAAA 2001:db8::1'],
    ],
    [
      'both families make both',
      ingress({}, undefined, [{ ip: '2001:db8::1' }, { ip: '192.0.2.1' }]),
      ['app.example.com 0 A 192.0.2.1', 'app.example.com 0 AAAA 2001:db8::1'],
    ],
    [
      'a hostname makes CNAME',
      ingress({}, undefined, [{ hostname: 'lb.example.net' }]),
      ['app.example.com 0 CNAME lb.example.net'],
    ],
    [
      'addresses win over a hostname beside them',
      ingress({}, undefined, [{ hostname: 'lb.example.net', ip: '192.0.2.1' }]),
      ['app.example.com 0 A 192.0.2.1'],
    ],
    [
      'several addresses are one record, sorted',
      ingress({}, undefined, [{ ip: '192.0.2.9' }, { ip: '192.0.2.10' }]),
      ['app.example.com 0 A 192.0.2.10 192.0.2.9'],
    ],
    [
      'target replaces the address',
      ingress({ target: 'cdn.example.net.' }),
      ['app.example.com 0 CNAME cdn.example.net'],
    ],
    [
      'target needs no address',
      ingress({ target: '192.0.2.7, 192.0.2.6' }, undefined, []),
      ['app.example.com 0 A 192.0.2.6 192.0.2.7'],
    ],
    ['an empty target counts as none', ingress({ target: '' }), ['app.example.com 0 A 192.0.2.1']],
    ['ttl', ingress({ ttl: '5m' }), ['app.example.com 300 A 192.0.2.1']],
    [
      'a controller annotation of ours',
      ingress({ controller: 'dns-controller' }),
      ['app.example.com 0 A 192.0.2.1'],
    ],
    ['a controller annotation of others', ingress({ controller: 'other' }), []],
    [
      'the prefix since v0.22 is not read by default',
      ingress({ [`${STABLE_PREFIX}hostname`]: 'new.example.com' }, {}),
      [],
    ],
    [
      'and alone where it is set',
      ingress(
        {
          hostname: 'old.example.com',
          [`${STABLE_PREFIX}hostname`]: 'new.example.com',
          [`${STABLE_PREFIX}ttl`]: '60',
        },
        {},
      ),
      ['new.example.com 60 A 192.0.2.1'],
      { annotationPrefix: STABLE_PREFIX },
    ],
  ];
  it.each(rows)('%s', (_, object, lines, settings) => {
    expect(zoneLines([object], EMPTY_CLUSTER, settings)).toEqual(lines);
  });
});
