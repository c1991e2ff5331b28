/** Parsing and writing URLs by net/url's rules, which are not the browser's: nothing is normalized. */
import { quote } from '../strconv/index.ts';
import { fromLatin1, toLatin1 } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';
import { isIPv4Address } from './address.ts';
import { percentDecode, percentEncode } from './escape.ts';

export interface Url {
  readonly scheme: string;
  /** What follows the scheme where no path does: `mailto:OPAQUE`. */
  readonly opaque: string;
  /** User and password as they are written in a URL; undefined without an @. */
  readonly userinfo: string | undefined;
  /** Host and port. */
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/** @throws GoError with Go's text: `parse "URL": ...` */
export function parseUrl(text: string): Url {
  const bytes = toLatin1(text);
  const hash = bytes.indexOf('#');
  const before = hash < 0 ? bytes : bytes.slice(0, hash);
  const parsed = withContext(before, () => parseBeforeFragment(before));
  const fragment = withContext(bytes, () =>
    hash < 0 ? '' : percentDecode(bytes.slice(hash + 1), 'fragment'),
  );
  return {
    scheme: parsed.scheme,
    opaque: fromLatin1(parsed.opaque),
    userinfo: parsed.userinfo,
    host: fromLatin1(parsed.host),
    path: fromLatin1(parsed.path),
    query: fromLatin1(parsed.query),
    fragment: fromLatin1(fragment),
  };
}

function withContext<T>(url: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`parse ${quote(fromLatin1(url))}: ${error.message}`);
    throw error;
  }
}

function parseBeforeFragment(url: string): Url {
  if (/[\x00-\x1f\x7f]/.test(url)) throw new GoError('net/url: invalid control character in URL');
  const parsed = { scheme: '', opaque: '', userinfo: undefined, host: '', path: '', query: '', fragment: '' };
  if (url === '*') return { ...parsed, path: '*' };
  const [scheme, afterScheme] = cutScheme(url);
  const [rest, query] = cut(afterScheme, '?');
  const base = { ...parsed, scheme, query };
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...base, opaque: rest };
    if (cut(rest, '/')[0].includes(':')) {
      throw new GoError('first path segment in URL cannot contain colon');
    }
  }
  if ((scheme !== '' || !rest.startsWith('///')) && rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2);
    const authority = rest.slice(2, slash < 0 ? rest.length : slash);
    const { userinfo, host } = parseAuthority(scheme, authority);
    return { ...base, userinfo, host, path: percentDecode(slash < 0 ? '' : rest.slice(slash), 'path') };
  }
  return { ...base, path: percentDecode(rest, 'path') };
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** The scheme in lower case and what follows its colon. */
function cutScheme(url: string): [string, string] {
  if (url.startsWith(':')) throw new GoError('missing protocol scheme');
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(url);
  return match === null ? ['', url] : [match[1]!.toLowerCase(), url.slice(match[0].length)];
}

function parseAuthority(scheme: string, authority: string): { userinfo: string | undefined; host: string } {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at < 0) return { userinfo: undefined, host };
  const written = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(written)) throw new GoError('net/url: invalid userinfo');
  const [user, password] = cut(written, ':');
  const name = percentEncode(percentDecode(user, 'user'), 'user');
  if (!written.includes(':')) return { userinfo: name, host };
  return { userinfo: `${name}:${percentEncode(percentDecode(password, 'user'), 'user')}`, host };
}

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) throw new GoError('invalid IP-literal');
  if (bracket === 0) return parseLiteral(host);
  const first = host.indexOf(':');
  if (first >= 0) {
    // Only http and https forbid a colon in the host itself.
    const strict = scheme === 'http' || scheme === 'https';
    checkPort(host.slice(strict ? first : host.lastIndexOf(':')));
  }
  return percentDecode(host, 'host');
}

function parseLiteral(host: string): string {
  const close = host.lastIndexOf(']');
  if (close < 0) throw new GoError("missing ']' in host");
  const port = host.slice(close + 1);
  checkPort(port);
  const name = host.slice(1, close);
  const zone = name.indexOf('%25');
  const address =
    zone < 0
      ? percentDecode(name, 'host')
      : percentDecode(name.slice(0, zone), 'host') + percentDecode(name.slice(zone), 'zone');
  let isIPv4: boolean;
  try {
    isIPv4 = isIPv4Address(address);
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`invalid host: ${error.message}`);
    throw error;
  }
  if (isIPv4) throw new GoError('invalid IP-literal');
  return `[${address}]${percentDecode(port, 'host')}`;
}

const PORT = /^(?::[0-9]*)?$/;

function checkPort(port: string): void {
  if (!PORT.test(port)) throw new GoError(`invalid port ${quote(fromLatin1(port))} after host`);
}

/** url.Hostname: without port and brackets. */
export function hostNameOf(url: Url): string {
  const colon = url.host.lastIndexOf(':');
  const host = colon >= 0 && PORT.test(url.host.slice(colon)) ? url.host.slice(0, colon) : url.host;
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

/** User and password as a URL writes them. @throws GoError with Go's text */
export function userinfoOf(text: string): string | undefined {
  return parseUrl(`proto://${text}@host`).userinfo;
}

/** url.String of parts that are not encoded yet (save the query, the opaque part and the userinfo). */
export function joinUrl(url: Url): string {
  const { scheme, userinfo } = url;
  const host = toLatin1(url.host);
  let out = scheme === '' ? '' : `${toLatin1(scheme)}:`;
  if (url.opaque !== '') out += toLatin1(url.opaque);
  else {
    const path = url.path === '*' ? '*' : percentEncode(toLatin1(url.path), 'path');
    if (host !== '' || userinfo !== undefined || (scheme !== '' && url.path !== '')) out += '//';
    if (userinfo !== undefined) out += `${userinfo}@`;
    out += percentEncode(host, 'host');
    if (path !== '' && !path.startsWith('/') && host !== '') out += '/';
    // What looks like a scheme must not begin a relative path.
    if (out === '' && cut(path, '/')[0].includes(':')) out += './';
    out += path;
  }
  if (url.query !== '') out += `?${toLatin1(url.query)}`;
  if (url.fragment !== '') out += `#${percentEncode(toLatin1(url.fragment), 'fragment')}`;
  return fromLatin1(out);
}
