/** Addresses and networks as numbers. As in Kubernetes, zones and IPv4 inside IPv6 are refused. */
import { isIPv4, isIPv6 } from 'node:net';

export interface Address {
  family: 4 | 6;
  bits: bigint;
}
export interface Network {
  address: Address;
  /** Of the prefix, in bits. */
  length: number;
}

/** Undefined when the text is no address. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text))
    return { family: 4, bits: text.split('.').reduce((bits, part) => (bits << 8n) + BigInt(part), 0n) };
  if (!isIPv6(text) || text.includes('%') || text.includes('.')) return undefined;
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const bits = [...before, ...zeros, ...after].reduce((sum, part) => (sum << 16n) + BigInt(`0x${part}`), 0n);
  return bits >> 32n === 0xffffn ? undefined : { family: 6, bits };
}

/** Undefined when the text is no network. */
export function parseNetwork(text: string): Network | undefined {
  const match = /^(.*)\/(0|[1-9]\d{0,2})$/.exec(text);
  const address = match ? parseAddress(match[1] as string) : undefined;
  if (!address) return undefined;
  const length = Number(match?.[2]);
  return length <= (address.family === 4 ? 32 : 128) ? { address, length } : undefined;
}

/** The canonical text: the longest run of zeros is left out. */
export function printAddress({ family, bits }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const runs = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map((m) => m[0]);
  const [longest] = runs.sort((a, b) => b.length - a.length);
  if (!longest) return groups.join(':');
  const whole = groups.join(':');
  const at = whole.indexOf(longest);
  return `${whole.slice(0, at)}::${whole.slice(at + longest.length).replace(/^:/, '')}`;
}
