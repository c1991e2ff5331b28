/** Addresses of DNS servers as text: `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:53`. */
import { getServers } from 'node:dns';
import { parseIp } from '../address/index.ts';
import type { NameServer } from './index.ts';

/** `host:port`, with brackets around IPv6; without the port where it is 53. */
export function formatServer(address: string, port: number): string {
  if (port === 53) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Parses an address with an optional port (53); `undefined` for host names and everything else. */
export function parseNameServer(text: string): NameServer | undefined {
  const match =
    /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[^:]+)|(?<bare>[^[\]]+:[^[\]]*:[^[\]]*))(?::(?<port>\d{1,5}))?$/.exec(
      text.trim(),
    );
  const whole = parseIp(text.trim());
  const address = whole ? text.trim() : (match?.groups?.v6 ?? match?.groups?.v4);
  const port = whole ? 53 : Number(match?.groups?.port ?? 53);
  if (address === undefined || !parseIp(address) || port < 1 || port > 65535) return undefined;
  return { name: formatServer(address, port), address, port };
}

/** The resolvers of this machine (`/etc/resolv.conf`). */
export function systemResolvers(): NameServer[] {
  return getServers().flatMap((text) => parseNameServer(text) ?? []);
}
