/** Which zone a name is in, and which servers speak for it. */
import { type Clock, systemClock } from '@tenant-operator/kube';
import { isWithin, normalizeName, parentOf } from '../name/index.ts';
import type { DnsLookup, LookupOutcome, NameServer } from './index.ts';

/** The zone of a name with its servers, or why there is none to be had. */
export type FoundZone =
  | { kind: 'zone'; zone: string; servers: NameServer[] }
  /** No server speaks for the name: it is in no zone that can be seen from here. */
  | { kind: 'none'; detail: string }
  /** It could not be found out. */
  | { kind: 'failed'; detail: string };

export interface ZoneFinder {
  /** Answers from memory for some minutes; `fresh` asks again, for this name alone (after a referral). Never rejects. */
  find(name: string, options?: { fresh?: boolean }): Promise<FoundZone>;
}

export interface ZoneFinderOptions {
  lookup: DnsLookup;
  /** `--dns-nameserver`: these are asked, and no others. */
  nameservers?: readonly NameServer[];
  /** Where the search starts otherwise: recursive resolvers, mostly those of the system. */
  resolvers: readonly NameServer[];
  clock?: Clock;
  /** How long a found zone is remembered; 10 minutes when left out. Failures are for 30 seconds. */
  rememberMs?: number;
}

const REMEMBER_FAILURE_MS = 30_000;
const MAX_REMEMBERED = 10_000;

function describeFailure(outcomes: readonly LookupOutcome[]): string {
  return [...new Set(outcomes.map(({ kind }) => kind))].join(', ');
}

/** The zone that an outcome of a SOA question places the name in. */
function zoneIn(outcome: LookupOutcome, name: string): string | undefined {
  if (outcome.kind === 'answers') {
    return outcome.records.find((record) => record.type === 'SOA' && isWithin(name, record.name))?.name;
  }
  return outcome.kind === 'nodata' || outcome.kind === 'nxdomain' ? outcome.soa?.zone : undefined;
}

function isAuthoritative(outcome: LookupOutcome): boolean {
  return 'authoritative' in outcome && outcome.authoritative;
}

function isSilent({ kind }: LookupOutcome): boolean {
  return kind === 'timeout' || kind === 'unreachable' || kind === 'servfail' || kind === 'malformed';
}

/** A name with a CNAME hides its own zone: then the parents tell, up to the top. */
function walk(name: string): string[] {
  const names: string[] = [];
  for (let at = name; at !== ''; at = parentOf(at)) names.push(at);
  return names;
}

/** Among the given servers: those that are authoritative for the name, and those that are silent beside them. */
async function findAmong(
  lookup: DnsLookup,
  nameservers: readonly NameServer[],
  name: string,
): Promise<FoundZone> {
  for (const candidate of walk(name)) {
    const replies = await Promise.all(
      nameservers.map(async (server) => ({ server, outcome: await lookup.query(candidate, 'SOA', server) })),
    );
    const zones = replies.flatMap(({ outcome }) =>
      isAuthoritative(outcome) ? (zoneIn(outcome, candidate) ?? []) : [],
    );
    const zone = zones.sort((left, right) => right.length - left.length)[0];
    if (zone !== undefined) {
      const servers = replies
        .filter(
          ({ outcome }) =>
            isSilent(outcome) || (isAuthoritative(outcome) && zoneIn(outcome, candidate) === zone),
        )
        .map(({ server }) => server);
      return { kind: 'zone', zone, servers };
    }
    const outcomes = replies.map(({ outcome }) => outcome);
    if (outcomes.every(isSilent)) {
      return {
        kind: 'failed',
        detail: `none of the given name servers answers (${describeFailure(outcomes)})`,
      };
    }
  }
  return { kind: 'none', detail: 'none of the given name servers is authoritative for it' };
}

/** Asks the resolvers one after the other until one answers. */
async function resolve(
  { lookup, resolvers }: ZoneFinderOptions,
  name: string,
  type: 'SOA' | 'NS' | 'A' | 'AAAA',
): Promise<LookupOutcome> {
  let outcome: LookupOutcome = { kind: 'unreachable', detail: 'no resolver is configured' };
  for (const resolver of resolvers) {
    outcome = await lookup.query(name, type, resolver, { recursive: true });
    if (!isSilent(outcome) && outcome.kind !== 'refused') return outcome;
  }
  return outcome;
}

function dataOf(outcome: LookupOutcome, type: string): string[] {
  return outcome.kind === 'answers'
    ? outcome.records.filter((each) => each.type === type).map(({ data }) => data)
    : [];
}

async function addressOf(options: ZoneFinderOptions, name: string): Promise<NameServer | undefined> {
  for (const type of ['A', 'AAAA'] as const) {
    const address = dataOf(await resolve(options, name, type), type)[0];
    if (address !== undefined) return { name, address, port: 53 };
  }
  return undefined;
}

/** From the resolvers: the zone by its SOA, its servers by their NS records, their addresses. */
async function findByResolvers(options: ZoneFinderOptions, name: string): Promise<FoundZone> {
  for (const candidate of walk(name)) {
    const outcome = await resolve(options, candidate, 'SOA');
    if (isSilent(outcome) || outcome.kind === 'refused') {
      return { kind: 'failed', detail: `no resolver can tell its zone (${describeFailure([outcome])})` };
    }
    const zone = zoneIn(outcome, candidate);
    if (zone === undefined) continue;
    // The root or a top-level zone answers for it: nobody has registered it. A private zone of one label needs --dns-nameserver.
    if (!zone.includes('.')) return { kind: 'none', detail: 'no zone has been set up for it' };
    const names = dataOf(await resolve(options, zone, 'NS'), 'NS').sort();
    const servers = await Promise.all(names.map((each) => addressOf(options, each)));
    const found = servers.filter((server) => server !== undefined);
    return found.length > 0
      ? { kind: 'zone', zone, servers: found }
      : { kind: 'failed', detail: `the name servers of ${zone} have no addresses` };
  }
  return { kind: 'none', detail: 'no zone contains it' };
}

/** Creates a {@link ZoneFinder}. Names with one parent share its result, which one question for many tenants then is. */
export function createZoneFinder(options: ZoneFinderOptions): ZoneFinder {
  const { clock = systemClock, lookup, nameservers = [], rememberMs = 600_000 } = options;
  const remembered = new Map<string, { found: FoundZone; until: number }>();
  const underway = new Map<string, Promise<FoundZone>>();

  const recall = (key: string): FoundZone | undefined => {
    const entry = remembered.get(key);
    if (entry && entry.until > clock.monotonic()) return entry.found;
    remembered.delete(key);
    return undefined;
  };
  const remember = (key: string, found: FoundZone) => {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(key, {
      found,
      until: clock.monotonic() + (found.kind === 'zone' ? rememberMs : REMEMBER_FAILURE_MS),
    });
  };
  const search = async (name: string, isFresh: boolean): Promise<FoundZone> => {
    const found = await (nameservers.length > 0
      ? findAmong(lookup, nameservers, name)
      : findByResolvers(options, name));
    // A zone's own name says nothing about its siblings, and neither does one that is delegated.
    const isShared = !isFresh && found.kind === 'zone' && found.zone !== name;
    remember(isShared ? `*.${parentOf(name)}` : name, found);
    return found;
  };

  return {
    async find(name, { fresh = false } = {}) {
      const asked = normalizeName(name);
      const known = fresh ? undefined : (recall(asked) ?? recall(`*.${parentOf(asked)}`));
      if (known) return known;
      const key = `${fresh} ${asked}`;
      const running =
        underway.get(key) ??
        search(asked, fresh).finally(() => {
          underway.delete(key);
        });
      underway.set(key, running);
      return running;
    },
  };
}
