/** What the servers of the zones say. */
import { randomBytes } from 'node:crypto';
import {
  createNamedZoneFinder,
  createZoneFinder,
  observe,
  publishVerdict,
  systemResolvers,
  verdictWithoutAsking,
  type ZoneFinder,
} from '@tenant-operator/operator/dns';
import { type Facts, itemsOf, type Look, type RecordFacts, type ZoneFact } from '../facts.ts';
import { type PlannedRecord, planRecords } from '../sources.ts';
import type { GatherOptions } from './index.ts';

/** Records that are asked for together; the lookup bounds the questions a second. */
const together = 16;

export async function gatherRecords(facts: Facts, options: GatherOptions): Promise<RecordFacts> {
  const planned = planRecords(facts);
  const chosen = planned.slice(0, options.maxRecords);
  const finderOf = createFinders(facts, options);
  const looks: Look[] = [];
  const zones = new Map<string, ZoneFinder>();
  for (let at = 0; at < chosen.length; at += together) {
    options.onProgress('asking name servers', at, chosen.length);
    const batch = await Promise.all(
      chosen.slice(at, at + together).map((one) => look(one, finderOf(one), options)),
    );
    for (const { found, finder } of batch) {
      looks.push(found);
      if (found.zone !== undefined) zones.set(found.zone, finder);
    }
  }
  return {
    looks,
    zones: await Promise.all([...zones].map(([name, finder]) => lookAtZone(name, finder, options))),
    unasked: planned.length - chosen.length,
  };
}

async function look(
  { record, publisher, tenant }: PlannedRecord,
  finder: ZoneFinder,
  { lookup }: GatherOptions,
) {
  const { settings } = publisher;
  const early = verdictWithoutAsking(record, settings);
  if (early) return { finder, found: { tenant, verdict: early, zone: undefined } };
  const observation = await observe(record, { lookup, zones: finder, settings, mode: 'publish' });
  const zone = observation.kind === 'zone' ? observation.zone : undefined;
  return { finder, found: { tenant, verdict: publishVerdict(record, observation, settings), zone } };
}

/** A name that nobody has tells how long its like is denied. */
async function lookAtZone(name: string, finder: ZoneFinder, { lookup }: GatherOptions): Promise<ZoneFact> {
  const found = await finder.find(name);
  const server = found.kind === 'zone' ? found.servers[0] : undefined;
  if (!server) return { name, denialSeconds: undefined };
  const nobody = `doctor-${randomBytes(8).toString('hex')}.${name}`;
  const outcome = await lookup.query(nobody, 'A', server);
  return { name, denialSeconds: 'soa' in outcome ? outcome.soa?.ttl : undefined };
}

/** The servers that a person named, else those of the template, else those that the zones name. */
function createFinders(facts: Facts, { lookup, nameservers }: GatherOptions) {
  const templates = new Map(
    itemsOf(facts.templates).map(({ metadata, spec }) => [
      `${metadata.namespace ?? 'default'}/${metadata.name}`,
      spec.dns?.nameservers ?? [],
    ]),
  );
  const byTenant = new Map(
    itemsOf(facts.tenants).map(({ metadata, spec }) => {
      const namespace = metadata.namespace ?? 'default';
      return [`${namespace}/${metadata.name}`, templates.get(`${namespace}/${spec.templateRef}`) ?? []];
    }),
  );
  const finders = new Map<string, ZoneFinder>();
  return ({ tenant }: PlannedRecord): ZoneFinder => {
    const servers = nameservers.length > 0 ? nameservers : (byTenant.get(tenant ?? '') ?? []);
    const key = servers.join();
    const finder =
      finders.get(key) ??
      (servers.length > 0
        ? createNamedZoneFinder({ lookup, nameservers: servers })
        : createZoneFinder({ lookup, resolvers: systemResolvers() }));
    finders.set(key, finder);
    return finder;
  };
}
