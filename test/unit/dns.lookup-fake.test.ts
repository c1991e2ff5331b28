import { createFakeLookup } from '../../packages/operator/src/dns/lookup/fake.ts';
import { describeDnsLookup, WORLD, ZONE } from '../conformance/dns-lookup.ts';

describeDnsLookup('the one in memory', async () => {
  const lookup = createFakeLookup();
  const records = WORLD.map(([name, type, data]) => ({ name, type, data }));
  return {
    lookup,
    server: lookup.addServer({ address: '192.0.2.53', zones: [{ apex: ZONE, records }] }),
    failing: lookup.addServer({ address: '192.0.2.54', trouble: { kind: 'servfail', rcode: 'SERVFAIL' } }),
    silent: { name: 'nobody', address: '192.0.2.55', port: 53 },
    absent: lookup.addServer({
      address: '192.0.2.56',
      trouble: { kind: 'unreachable', detail: 'connection refused' },
    }),
    close: async () => {},
  };
});
