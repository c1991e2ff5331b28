/** URLs, addresses and networks: `url()`, `ip()`, `cidr()` and their methods. */
import type { Environment } from '@marcbachmann/cel-js';
import { type Address, type Network, parseAddress, parseNetwork, printAddress } from './address.ts';

class Url {
  readonly url: URL;
  constructor(url: URL) {
    this.url = url;
  }
}
class Ip {
  readonly address: Address;
  constructor(address: Address) {
    this.address = address;
  }
}
class Cidr {
  readonly network: Network;
  constructor(network: Network) {
    this.network = network;
  }
}

const URL_TYPE = 'kubernetes.URL';
const IP_TYPE = 'net.IP';
const CIDR_TYPE = 'net.CIDR';

/** Go's ParseRequestURI: absolute, or a path. Host names without a scheme are neither. */
function parseUrl(text: string): URL | undefined {
  if (!/^(?:[A-Za-z][A-Za-z0-9+.-]*:|\/)/.test(text) || /\s/.test(text)) return undefined;
  try {
    return new URL(text, 'path-alone://');
  } catch {
    return undefined;
  }
}

/** The bits of an address above the last `rest` ones. */
const prefixOf = ({ bits, family }: Address, length: number): bigint =>
  bits >> BigInt((family === 4 ? 32 : 128) - length);

function contains(network: Network, address: Address): boolean {
  return (
    network.address.family === address.family &&
    prefixOf(network.address, network.length) === prefixOf(address, network.length)
  );
}

function within(address: Address, text: string): boolean {
  const network = parseNetwork(text);
  return network !== undefined && contains(network, address);
}

const isLoopback = (a: Address) => within(a, '127.0.0.0/8') || within(a, '::1/128');
const isLinkLocal = (a: Address) => within(a, '169.254.0.0/16') || within(a, 'fe80::/10');
const isMulticast = (a: Address) => within(a, '224.0.0.0/4') || within(a, 'ff00::/8');

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed && /^::ffff:[\d.]+$/i.test(text))
    throw new Error(`IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`);
  if (!parsed)
    throw new Error(`IP Address ${JSON.stringify(text)} parse error during conversion from string`);
  return parsed;
}

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed) throw new Error(`network address parse error during conversion from string: ${text}`);
  return parsed;
}

export function registerNetwork(env: Environment): void {
  env.registerType(URL_TYPE, Url);
  env.registerType(IP_TYPE, Ip);
  env.registerType(CIDR_TYPE, Cidr);
  registerUrls(env);
  registerAddresses(env);
  registerNetworks(env);
}

function registerUrls(env: Environment): void {
  env.registerOperator(`${URL_TYPE} == ${URL_TYPE}`, (a: Url, b: Url) => a.url.href === b.url.href);
  env.registerFunction('isURL(string): bool', (text: string) => parseUrl(text) !== undefined);
  env.registerFunction(`url(string): ${URL_TYPE}`, (text: string) => {
    const url = parseUrl(text);
    if (!url) throw new Error(`URL parse error during conversion from string: parse ${JSON.stringify(text)}`);
    return new Url(url);
  });
  const part = (name: string, read: (url: URL) => string) =>
    env.registerFunction(`${URL_TYPE}.${name}(): string`, ({ url }: Url) => read(url));
  part('getScheme', (url) => (url.protocol === 'path-alone:' ? '' : url.protocol.slice(0, -1)));
  part('getHost', (url) => url.host);
  part('getHostname', (url) => url.hostname.replace(/^\[|\]$/g, ''));
  part('getPort', (url) => url.port);
  part('getEscapedPath', (url) => url.pathname);
  env.registerFunction(`${URL_TYPE}.getQuery(): map<string, list<string>>`, ({ url }: Url) => {
    const out: Record<string, string[]> = {};
    for (const key of new Set(url.searchParams.keys())) out[key] = url.searchParams.getAll(key);
    return out;
  });
}

function registerAddresses(env: Environment): void {
  env.registerOperator(
    `${IP_TYPE} == ${IP_TYPE}`,
    (a: Ip, b: Ip) => a.address.family === b.address.family && a.address.bits === b.address.bits,
  );
  env.registerFunction('isIP(string): bool', (text: string) => parseAddress(text) !== undefined);
  env.registerFunction(`ip(string): ${IP_TYPE}`, (text: string) => new Ip(address(text)));
  env.registerFunction(`string(${IP_TYPE}): string`, ({ address: a }: Ip) => printAddress(a));
  env.registerFunction(`${IP_TYPE}.family(): int`, ({ address: a }: Ip) => BigInt(a.family));
  const question = (name: string, answer: (a: Address) => boolean) =>
    env.registerFunction(`${IP_TYPE}.${name}(): bool`, ({ address: a }: Ip) => answer(a));
  question('isUnspecified', (a) => a.bits === 0n);
  question('isLoopback', isLoopback);
  question('isLinkLocalUnicast', isLinkLocal);
  question('isLinkLocalMulticast', (a) => within(a, '224.0.0.0/24') || within(a, 'ff02::/16'));
  question(
    'isGlobalUnicast',
    (a) =>
      a.bits !== 0n &&
      !(a.family === 4 && a.bits === 0xffffffffn) &&
      !isLoopback(a) &&
      !isMulticast(a) &&
      !isLinkLocal(a),
  );
}

function registerNetworks(env: Environment): void {
  env.registerOperator(
    `${CIDR_TYPE} == ${CIDR_TYPE}`,
    (a: Cidr, b: Cidr) =>
      a.network.length === b.network.length &&
      a.network.address.family === b.network.address.family &&
      a.network.address.bits === b.network.address.bits,
  );
  env.registerFunction('isCIDR(string): bool', (text: string) => parseNetwork(text) !== undefined);
  env.registerFunction(`cidr(string): ${CIDR_TYPE}`, (text: string) => new Cidr(network(text)));
  env.registerFunction(
    `string(${CIDR_TYPE}): string`,
    ({ network: n }: Cidr) => `${printAddress(n.address)}/${n.length}`,
  );
  env.registerFunction(`${CIDR_TYPE}.containsIP(string): bool`, ({ network: n }: Cidr, text: string) =>
    contains(n, address(text)),
  );
  env.registerFunction(`${CIDR_TYPE}.containsIP(${IP_TYPE}): bool`, ({ network: n }: Cidr, ip: Ip) =>
    contains(n, ip.address),
  );
  const covers = (n: Network, other: Network) => other.length >= n.length && contains(n, other.address);
  env.registerFunction(`${CIDR_TYPE}.containsCIDR(string): bool`, ({ network: n }: Cidr, text: string) =>
    covers(n, network(text)),
  );
  env.registerFunction(`${CIDR_TYPE}.containsCIDR(${CIDR_TYPE}): bool`, ({ network: n }: Cidr, other: Cidr) =>
    covers(n, other.network),
  );
  env.registerFunction(`${CIDR_TYPE}.ip(): ${IP_TYPE}`, ({ network: n }: Cidr) => new Ip(n.address));
  env.registerFunction(`${CIDR_TYPE}.prefixLength(): int`, ({ network: n }: Cidr) => BigInt(n.length));
  env.registerFunction(`${CIDR_TYPE}.masked(): ${CIDR_TYPE}`, ({ network: { address: a, length } }: Cidr) => {
    const rest = BigInt((a.family === 4 ? 32 : 128) - length);
    return new Cidr({ address: { ...a, bits: (a.bits >> rest) << rest }, length });
  });
}
