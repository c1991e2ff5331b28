/** Asks everything about one record that its verdict needs, and no more. */
import type { ExpectedRecord } from '../expected/index.ts';
import type {
  DnsLookup,
  FoundZone,
  LookupOutcome,
  NameServer,
  QueryType,
  ZoneFinder,
} from '../lookup/index.ts';
import { normalizeName, parentOf } from '../name/index.ts';
import { ownershipCandidates } from '../ownership/index.ts';
import type { ExternalDnsSettings } from '../settings/index.ts';
import { type Observation, ownerOf, type ServerView, seenValues, typesToAsk } from '../verdict/index.ts';

export interface ObserveOptions {
  lookup: DnsLookup;
  zones: ZoneFinder;
  settings: ExternalDnsSettings;
  /** `removal` asks every server for every TXT, and does not stop at what it finds. */
  mode: 'publish' | 'removal';
  signal?: AbortSignal | undefined;
}

type Ask = (name: string, type: QueryType, server: NameServer) => Promise<LookupOutcome>;

/** The record at one server; the next type only where the one before has no values. */
async function askRecord(ask: Ask, record: ExpectedRecord, server: NameServer): Promise<ServerView> {
  const view: ServerView = { server: server.name, outcomes: {} };
  for (const type of typesToAsk(record)) {
    const outcome = await ask(record.name, type, server);
    view.outcomes[type] = outcome;
    // A name that does not exist has nothing of any type; a server in trouble is not asked twice.
    if (outcome.kind !== 'nodata') break;
  }
  return view;
}

/** Ownership TXTs at one server, the likeliest name first; `all` goes on after one that was answered. */
async function askOwnership(ask: Ask, names: readonly string[], server: NameServer, all: boolean) {
  const ownership: NonNullable<ServerView['ownership']> = [];
  for (const name of names) {
    const outcome = await ask(name, 'TXT', server);
    ownership.push({ name, outcome });
    if (outcome.kind === 'answers' && !all) break;
  }
  return ownership;
}

/** What a wildcard beside the record answers: it also answers for records that do not exist. */
async function askWildcard(ask: Ask, record: ExpectedRecord, server: NameServer): Promise<ServerView> {
  const name = `*.${parentOf(normalizeName(record.name))}`;
  const view = await askRecord(ask, { ...record, name }, server);
  return { ...view, ownership: [{ name, outcome: await ask(name, 'TXT', server) }] };
}

function isReferred(views: readonly ServerView[]): boolean {
  return views.some((view) => Object.values(view.outcomes).some(({ kind }) => kind === 'referral'));
}

async function askZone(
  record: ExpectedRecord,
  { zone, servers }: FoundZone & { kind: 'zone' },
  { lookup, settings, mode, signal }: ObserveOptions,
): Promise<Observation & { kind: 'zone' }> {
  const ask: Ask = (name, type, server) => lookup.query(name, type, server, signal ? { signal } : {});
  const views = await Promise.all(servers.map((server) => askRecord(ask, record, server)));
  const observation: Observation & { kind: 'zone' } = { kind: 'zone', zone, views };
  const names = ownershipCandidates(record, settings);
  const isSeen = views.map((view) => seenValues(view, record.name).length > 0);
  const first = isSeen.indexOf(true);

  if (mode === 'removal') {
    await Promise.all(
      views.map(async (view, at) => {
        view.ownership = await askOwnership(ask, names, servers[at]!, true);
      }),
    );
  } else if (first >= 0) {
    views[first]!.ownership = await askOwnership(ask, names, servers[first]!, false);
  }
  if (first < 0 || record.name.startsWith('*.')) return observation;
  const owner = ownerOf(observation, record, settings);
  const isOwn = owner.kind === 'found' && owner.resource === record.resource;
  if (mode === 'removal' || !isOwn) observation.wildcard = await askWildcard(ask, record, servers[first]!);
  return observation;
}

/** Observes one record at the servers of its zone. Rejects only with the reason of the signal. */
export async function observe(record: ExpectedRecord, options: ObserveOptions): Promise<Observation> {
  const found = await options.zones.find(record.name);
  if (found.kind !== 'zone') return found;
  const observation = await askZone(record, found, options);
  if (!isReferred(observation.views)) return observation;
  const below = await options.zones.find(record.name, { fresh: true });
  return below.kind === 'zone' ? askZone(record, below, options) : below;
}
