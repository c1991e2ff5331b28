/** Overrides for where connections go, in the manner of `curl --resolve`: names and certificates stay. */

export interface Endpoint {
  /** An IP address or a host name. */
  address: string;
  port: number;
}

/** `host:port` (lower case, IPv6 in brackets) to the place that is connected to instead. */
export type ResolveMap = ReadonlyMap<string, Endpoint>;

/** What is wrong with a `HOST:PORT=ADDR:PORT` text. */
export class ResolveError extends Error {
  constructor(text: string, problem: string) {
    super(`--resolve ${JSON.stringify(text)}: ${problem}; expected HOST:PORT=ADDR:PORT`);
    this.name = 'ResolveError';
  }
}

/** Parses one `HOST:PORT=ADDR:PORT` (IPv6 addresses in brackets). Throws ResolveError. */
export function parseResolve(text: string): { key: string; endpoint: Endpoint } {
  const equals = text.indexOf('=');
  if (equals < 0) throw new ResolveError(text, 'there is no "="');
  const from = parseHostPort(text, text.slice(0, equals), 'HOST:PORT');
  const to = parseHostPort(text, text.slice(equals + 1), 'ADDR:PORT');
  return { key: resolveKey(from.address, from.port), endpoint: to };
}

/** Parses several; a later one for the same host and port wins. */
export function parseResolves(texts: Iterable<string>): ResolveMap {
  const map = new Map<string, Endpoint>();
  for (const text of texts) {
    const { key, endpoint } = parseResolve(text);
    map.set(key, endpoint);
  }
  return map;
}

/** The key of a host and port in a {@link ResolveMap}. */
function resolveKey(host: string, port: number | string): string {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  const name = bare.length > 1 && bare.endsWith('.') ? bare.slice(0, -1) : bare;
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}

/** Where to connect for this host and port: the override, or the same place. */
export function resolveEndpoint(map: ResolveMap | undefined, host: string, port: number): Endpoint {
  return map?.get(resolveKey(host, port)) ?? { address: host.replace(/^\[|\]$/g, ''), port };
}

function parseHostPort(text: string, part: string, what: string): Endpoint {
  const match = /^(?:\[([0-9A-Fa-f:.%]+)\]|([^\s:[\]/=]+)):(\d+)$/.exec(part.trim());
  if (!match) {
    const hint = part.includes('://') ? ' (no URL, only host and port)' : '';
    throw new ResolveError(text, `${JSON.stringify(part)} is not ${what}${hint}`);
  }
  const port = Number(match[3]);
  if (port < 1 || port > 65535) throw new ResolveError(text, `port ${match[3]} is not between 1 and 65535`);
  return { address: match[1] ?? match[2] ?? '', port };
}
