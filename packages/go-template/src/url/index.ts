/** net/url as sprig and toHost use it. Parts are Go strings (see value/bytes.ts), decoded where Go decodes them. */
export { hostNameOf, joinUrl, parseUrl, type Url, userinfoOf } from './url.ts';
