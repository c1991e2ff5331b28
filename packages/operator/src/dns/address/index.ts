/** Internet addresses as Go's `net.ParseIP` reads them, and the record type that a target gets. */

/** A parsed address: `family` by its written form (`::ffff:1.2.3.4` is written as 6), 16 bytes either way. */
export interface IpAddress {
  family: 4 | 6;
  bytes: Uint8Array;
  /** Whether the value is an IPv4 address (`net.IP.To4`), in whichever form it was written. */
  isV4: boolean;
}

const OCTET = /^(?:0|[1-9]\d{0,2})$/;

function parseOctets(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const octets = parts.map((part) => (OCTET.test(part) ? Number(part) : 256));
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}

/** The 16-bit groups of one side of `::`; an IPv4 tail is allowed in the last place only. */
function parseGroups(text: string, tailAllowed: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const octets = tailAllowed && index === parts.length - 1 ? parseOctets(part) : undefined;
      if (!octets) return undefined;
      groups.push(octets[0]! * 256 + octets[1]!, octets[2]! * 256 + octets[3]!);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

function parseV6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const left = parseGroups(halves[0]!, halves.length === 1);
  const right = halves.length === 2 ? parseGroups(halves[1]!, true) : [];
  if (!left || !right) return undefined;
  const missing = 8 - left.length - right.length;
  // "::" stands for one group of zeros at least.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...new Array<number>(missing).fill(0), ...right];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
}

/** Parses an address as Go's `net.ParseIP` does: no zone, no leading zeros in IPv4, nothing around it. */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(':')) {
    const octets = parseOctets(text);
    if (!octets) return undefined;
    return {
      family: 4,
      isV4: true,
      bytes: Uint8Array.from([...new Array<number>(10).fill(0), 255, 255, ...octets]),
    };
  }
  const bytes = parseV6(text);
  if (!bytes) return undefined;
  const isV4 = bytes.every((byte, index) => index > 11 || byte === (index < 10 ? 0 : 255));
  return { family: 6, isV4, bytes };
}

/** The record type of a target: A, AAAA, and CNAME for everything that is no address (source/source.go, suitableType). */
export function recordTypeOf(target: string): 'A' | 'AAAA' | 'CNAME' {
  const ip = parseIp(target);
  if (!ip) return 'CNAME';
  return ip.isV4 ? 'A' : 'AAAA';
}

/** One spelling for each address, so that `2001:db8:0::1` and `2001:db8::1` compare equal; other text in lower case, no final dot. */
export function canonicalTarget(target: string): string {
  const ip = parseIp(target);
  if (!ip) return target.toLowerCase().replace(/\.$/, '');
  if (ip.isV4) return ip.bytes.slice(12).join('.');
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(((ip.bytes[at]! << 8) | ip.bytes[at + 1]!).toString(16));
  return groups.join(':').replace(/(?:^|:)0(?::0)+(?::|$)/, '::');
}

/** Order of two addresses as Go's `netip.Addr.Less`: IPv4 before IPv6, then by value. */
export function compareIps(left: IpAddress, right: IpAddress): number {
  if (left.family !== right.family) return left.family - right.family;
  return Buffer.compare(left.bytes, right.bytes);
}

/** Order of two strings by their UTF-8 bytes, as Go sorts strings. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
