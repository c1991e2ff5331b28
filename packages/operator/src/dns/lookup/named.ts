/** Name servers as people write them: an address or a host name, with or without a port. */
import { lookup as resolveByNode } from 'node:dns/promises';
import { type Clock, systemClock } from '@tenant-operator/kube';
import { isDnsName } from '../name/index.ts';
import type { DnsLookup, NameServer } from './index.ts';
import { formatServer, parseNameServer } from './servers.ts';
import { createZoneFinder, type FoundZone, type ZoneFinder } from './zone.ts';

/** The addresses of a host; rejects when it has none. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

export interface NamedZoneFinderOptions {
  readonly lookup: DnsLookup;
  /** `192.0.2.53`, `[2001:db8::53]:5353`, `ns1.example.com:53`; these are asked, and no others. */
  readonly nameservers: readonly string[];
  /** The system's resolver when left out. */
  readonly resolveHost?: ResolveHost;
  readonly clock?: Clock;
}

/** How long the address of a host is used before it is looked up again, in milliseconds; a failure is for less. */
const rememberMs = 300_000;
const rememberFailureMs = 30_000;

const bySystem: ResolveHost = async (host) =>
  (await resolveByNode(host, { all: true })).map(({ address }) => address);

/** `host` or `host:port`; `undefined` for what is neither that nor an address. */
export function parseServerText(
  text: string,
): NameServer | { readonly host: string; readonly port: number } | undefined {
  const server = parseNameServer(text);
  if (server) return server;
  const [, host = '', digits = '53'] = /^([^:]+)(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const port = Number(digits);
  // Digits and dots alone are an address that is none.
  if (!isDnsName(host) || /^[\d.]+$/.test(host) || port < 1 || port > 65_535) return undefined;
  return { host, port };
}

/** A {@link ZoneFinder} that asks the named servers; their host names are resolved when the first zone is wanted. */
export function createNamedZoneFinder(options: NamedZoneFinderOptions): ZoneFinder {
  const { lookup, nameservers, resolveHost = bySystem, clock = systemClock } = options;
  let finder: ZoneFinder | undefined;
  let known = '';
  let until = Number.NEGATIVE_INFINITY;
  let underway: Promise<void> | undefined;

  async function serversOf(text: string): Promise<NameServer[]> {
    const parsed = parseServerText(text);
    if (!parsed) return [];
    if ('address' in parsed) return [parsed];
    const { host, port } = parsed;
    try {
      const addresses = await resolveHost(host);
      return addresses.map((address) => ({
        name: addresses.length === 1 ? host : `${host} (${formatServer(address, port)})`,
        address,
        port,
      }));
    } catch {
      return [];
    }
  }

  async function refresh(): Promise<void> {
    const servers = (await Promise.all(nameservers.map(serversOf))).flat();
    const text = JSON.stringify(servers);
    if (servers.length === 0) finder = undefined;
    // What is known of the zones stays while the addresses do.
    else if (text !== known || !finder)
      finder = createZoneFinder({ lookup, nameservers: servers, resolvers: [], clock });
    known = text;
    until = clock.monotonic() + (finder ? rememberMs : rememberFailureMs);
  }

  return {
    async find(name, findOptions): Promise<FoundZone> {
      if (clock.monotonic() >= until) {
        underway ??= refresh().finally(() => {
          underway = undefined;
        });
        await underway;
      }
      if (finder) return finder.find(name, findOptions);
      return {
        kind: 'failed',
        detail: `none of the given name servers has an address (${nameservers.join(', ')})`,
      };
    },
  };
}
