/** Which addresses a probe may connect to. Pure. */
import { BlockList, isIP } from 'node:net';

/** `never`: this machine, its link, its metadata service, and what is no host at all. */
export type AddressClass = 'public' | 'private' | 'never';

/** From IANA's registries of special-purpose addresses (RFC 6890 and its updates). */
const NEVER: readonly string[] = [
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'],
  // fd00:ec2::254 and fe80::a9fe:a9fe are metadata services too; the second is of the link.
  ...['::/128', '::1/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::/32'],
];
const PRIVATE: readonly string[] = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15'],
  ...['192.0.0.0/24', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'],
  ...['fc00::/7', 'fec0::/10', '2001:db8::/32', '3fff::/20', '100::/64'],
];
/** Forms of IPv6 that hold an IPv4 address, which may be any: mapped, NAT64, 6to4, Teredo. */
const TRANSLATED: readonly string[] = [
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2002::/16',
  '2001::/32',
];

const never = listOf([...NEVER, ...TRANSLATED]);
const privates = listOf(PRIVATE);

/** The class of an address; `never` for text that is none. IPv4 in its mapped form counts as what it is mapped from. */
export function classOf(address: string): AddressClass {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  const text = mapped ?? address;
  const version = isIP(text);
  if (version === 0) return 'never';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  // A BlockList looks through the mapped form by itself, also where it is written in hexadecimal digits.
  if (never.check(text, family)) return 'never';
  return privates.check(text, family) ? 'private' : 'public';
}

export function isAllowed(address: string, allowsPrivate: boolean): boolean {
  const found = classOf(address);
  return found === 'public' || (found === 'private' && allowsPrivate);
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
