/** sprig's URL functions. */
import type { FuncSpec } from '../funcs/table.ts';
import { func } from '../funcs/table.ts';
import { hostNameOf, joinUrl, parseUrl, type Url, userinfoOf } from '../url/index.ts';
import { GoError } from '../value/goerror.ts';
import { anyMap, type GoMap } from '../value/map.ts';
import { MAP_ANY, STRING } from '../value/type.ts';
import { kindOf } from '../value/typeof.ts';

export const url: Readonly<Record<string, FuncSpec>> = {
  urlParse: func([STRING], MAP_ANY, (_, text) => {
    const parsed = explained('unable to parse url', () => parseUrl(text));
    return anyMap([
      ['scheme', parsed.scheme],
      ['host', parsed.host],
      ['hostname', hostNameOf(parsed)],
      ['path', parsed.path],
      ['query', parsed.query],
      ['opaque', parsed.opaque],
      ['fragment', parsed.fragment],
      ['userinfo', parsed.userinfo ?? ''],
    ]);
  }),
  urlJoin: func([MAP_ANY], STRING, (_, map) => {
    const [scheme, host, path, query, opaque, fragment, userinfo] = PARTS.map((part) =>
      textAt(map, part),
    ) as Parts;
    const user =
      userinfo === '' ? undefined : explained('unable to parse userinfo in dict', () => userinfoOf(userinfo));
    const parts: Url = { scheme, host, path, query, opaque, fragment, userinfo: user };
    return joinUrl(parts);
  }),
};

/** In the order in which sprig complains about them. */
const PARTS = ['scheme', 'host', 'path', 'query', 'opaque', 'fragment', 'userinfo'] as const;
type Parts = [string, string, string, string, string, string, string];

function textAt(map: GoMap, key: string): string {
  if (!map.has(key)) return '';
  const value = map.get(key);
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) {
    throw new GoError('runtime error: invalid memory address or nil pointer dereference');
  }
  throw new GoError(`unable to parse ${key} key, must be of type string, but ${kindOf(value)} found`);
}

function explained<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof GoError) throw new GoError(`${what}: ${error.message}`);
    throw error;
  }
}
