/** A zone on two servers, for the tests of verdicts. */
import type { ExpectedRecord } from '../expected/index.ts';
import { createFakeLookup, type FakeRecord } from '../lookup/fake.ts';
import { createZoneFinder, type LookupOutcome } from '../lookup/index.ts';
import { createSettings, type ExternalDnsSettings } from '../settings/index.ts';
import { publishVerdict, removalVerdict, type Verdict } from '../verdict/index.ts';
import { observe } from '../verifier/index.ts';

/** `app.example.com A 192.0.2.1` of Ingress shop/web. */
export const record = (more: Partial<ExpectedRecord> = {}): ExpectedRecord => ({
  name: 'app.example.com',
  type: 'A',
  targets: ['192.0.2.1'],
  ttl: 0,
  setIdentifier: '',
  resource: 'ingress/shop/web',
  dualstack: false,
  properties: [],
  ...more,
});
/** An ExternalDNS that we know: owner `me`, policy `sync`. */
export const OURS = createSettings({ ownerId: 'me', policy: 'sync' });
/** The text of an ownership TXT. */
export const heritage = (owner: string, resource = 'ingress/shop/web') =>
  `heritage=external-dns,external-dns/owner=${owner},external-dns/resource=${resource}`;

export const A: FakeRecord = { name: 'app.example.com', type: 'A', data: '192.0.2.1' };
export const OLD_A: FakeRecord = { ...A, data: '192.0.2.99' };
export const TXT: FakeRecord = { name: 'a-app.example.com', type: 'TXT', data: heritage('me') };
export const OLD_TXT: FakeRecord = { ...TXT, name: 'app.example.com' };
export const FOREIGN_TXT: FakeRecord = { ...TXT, data: heritage('them') };
export const OTHER_TXT: FakeRecord = { ...TXT, data: heritage('me', 'ingress/shop/other') };
export const WILDCARD: FakeRecord = { name: '*.example.com', type: 'A', data: '192.0.2.1' };
export const WILDCARD_TXT: FakeRecord = {
  name: '*.example.com',
  type: 'TXT',
  data: heritage('me', 'ingress/infra/all'),
};
export const TIMEOUT: LookupOutcome = { kind: 'timeout' };

/** What stands on one server: records, or the trouble it is in. */
export type Content = FakeRecord[] | LookupOutcome;

export interface World {
  /** Two servers of example.com hold the same unless said otherwise. */
  zone: Content;
  second?: Content;
}

/** Observes a record in such a world, and judges what was seen. */
export async function judge(
  mode: 'publish' | 'removal',
  of: ExpectedRecord,
  { zone, second = zone }: World,
  settings: ExternalDnsSettings,
  isOverdue = false,
): Promise<Verdict> {
  const lookup = createFakeLookup();
  const nameservers = [zone, second].map((content, at) =>
    lookup.addServer({
      name: `ns${at + 1}`,
      address: `192.0.2.5${at}`,
      zones: [{ apex: 'example.com', records: Array.isArray(content) ? content : [] }],
    }),
  );
  const zones = createZoneFinder({ lookup, nameservers, resolvers: [] });
  await zones.find(of.name);
  // Trouble starts after the zone was found.
  for (const [at, content] of [zone, second].entries()) {
    if (!Array.isArray(content)) nameservers[at]!.trouble = content;
  }
  const observation = await observe(of, { lookup, zones, settings, mode });
  return mode === 'publish'
    ? publishVerdict(of, observation, settings)
    : removalVerdict(of, observation, settings, { resources: new Set([of.resource]), isOverdue });
}
