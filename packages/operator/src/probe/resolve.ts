/** Resolves names at the servers of their zones, as verification does: what a probe connects to is what was published. */
import {
  type DnsLookup,
  describeOutcome,
  type LookupOutcome,
  type NameServer,
  type ZoneFinder,
} from '../dns/index.ts';
import type { Resolution, ResolveName } from './index.ts';

export interface NameResolverOptions {
  readonly lookup: DnsLookup;
  readonly zones: ZoneFinder;
  readonly zonesAt: (nameservers: readonly string[]) => ZoneFinder;
}

/** Aliases that lead to aliases, and no further than this. */
const maxAliases = 8;

export function createNameResolver({ lookup, zones, zonesAt }: NameResolverOptions): ResolveName {
  return async (name, nameservers, signal) => {
    const finder = nameservers ? zonesAt(nameservers) : zones;
    let at = name;
    for (let step = 0; step <= maxAliases; step++) {
      const found = await finder.find(at);
      signal.throwIfAborted();
      if (found.kind !== 'zone') return failed(`the zone of ${at} cannot be found`);
      const answers = await askInTurn(lookup, found.servers, at, signal);
      if ('detail' in answers) return failed(answers.detail);
      const end = endOfAliases(answers.outcomes, at);
      const addresses = (['A', 'AAAA'] as const).flatMap((type) =>
        dataOf(answers.outcomes, end, type).sort(),
      );
      if (addresses.length > 0) return { kind: 'addresses', addresses };
      if (end === at) return failed(`${at} has no address`);
      at = end;
    }
    return failed(`${name} leads through more than ${maxAliases} aliases`);
  };
}

const failed = (detail: string): Resolution => ({ kind: 'failed', detail });

/** Both types at the first server that speaks for the name. */
async function askInTurn(
  lookup: DnsLookup,
  servers: readonly NameServer[],
  name: string,
  signal: AbortSignal,
): Promise<{ readonly outcomes: readonly LookupOutcome[] } | { readonly detail: string }> {
  let last = 'has no server';
  for (const server of servers) {
    const outcomes = await Promise.all(
      (['A', 'AAAA'] as const).map((type) => lookup.query(name, type, server, { signal })),
    );
    const silent = outcomes.find((outcome) => !('authoritative' in outcome && outcome.authoritative));
    if (!silent) return { outcomes };
    last = describeOutcome(silent);
  }
  return { detail: `the name servers of ${name} do not say where it is: the last one ${last}` };
}

function endOfAliases(outcomes: readonly LookupOutcome[], name: string): string {
  let at = name;
  for (let step = 0; step < maxAliases; step++) {
    const [next] = dataOf(outcomes, at, 'CNAME');
    if (next === undefined || next === at) return at;
    at = next;
  }
  return at;
}

function dataOf(outcomes: readonly LookupOutcome[], name: string, wanted: 'A' | 'AAAA' | 'CNAME'): string[] {
  return outcomes.flatMap((outcome) =>
    outcome.kind === 'answers'
      ? outcome.records
          .filter((one) => one.type === wanted && one.name === name.toLowerCase())
          .map(({ data }) => data)
      : [],
  );
}
