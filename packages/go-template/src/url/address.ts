/** netip.ParseAddr, for what stands between the brackets of a host. */
import { quote } from '../strconv/index.ts';
import { fromLatin1 } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';

/** Whether the text is an IPv4 address (true) or an IPv6 one (false). @throws GoError for neither */
export function isIPv4Address(text: string): boolean {
  const mark = /[.:%]/.exec(text)?.[0];
  if (mark === '.') {
    checkIPv4(text, text);
    return true;
  }
  if (mark !== ':') throw fail(text, mark === '%' ? 'missing IPv6 address' : 'unable to parse IP');
  checkIPv6(text);
  return false;
}

function fail(text: string, message: string, at = ''): GoError {
  const place = at === '' ? '' : ` (at ${quote(fromLatin1(at))})`;
  return new GoError(`ParseAddr(${quote(fromLatin1(text))}): ${message}${place}`);
}

function checkIPv4(whole: string, text: string): void {
  let value = 0;
  let digits = 0;
  let fields = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character >= '0' && character <= '9') {
      if (digits === 1 && value === 0) throw fail(whole, 'IPv4 field has octet with leading zero');
      value = value * 10 + Number(character);
      digits++;
      if (value > 255) throw fail(whole, 'IPv4 field has value >255');
    } else if (character === '.') {
      if (i === 0 || i === text.length - 1 || text[i - 1] === '.') {
        throw fail(whole, 'IPv4 field must have at least one digit', text.slice(i));
      }
      if (fields === 3) throw fail(whole, 'IPv4 address too long');
      fields++;
      value = 0;
      digits = 0;
    } else throw fail(whole, 'unexpected character', text.slice(i));
  }
  if (fields < 3) throw fail(whole, 'IPv4 address too short');
}

function checkIPv6(whole: string): void {
  const percent = whole.indexOf('%');
  if (percent === whole.length - 1) throw fail(whole, 'zone must be a non-empty string');
  let rest = percent < 0 ? whole : whole.slice(0, percent);
  let hasEllipsis = rest.startsWith('::');
  if (hasEllipsis) rest = rest.slice(2);
  if (hasEllipsis && rest === '') return;
  let bytes = 0;
  while (bytes < 16) {
    const group = /^[0-9A-Fa-f]*/.exec(rest)![0];
    if (group.length > 4) throw fail(whole, 'each group must have 4 or less digits', rest);
    if (group === '') throw fail(whole, 'each colon-separated field must have at least one digit', rest);
    if (rest[group.length] === '.') {
      checkEmbedded(whole, rest, bytes, hasEllipsis);
      bytes += 4;
      rest = '';
      break;
    }
    bytes += 2;
    rest = rest.slice(group.length);
    if (rest === '') break;
    if (!rest.startsWith(':')) throw fail(whole, 'unexpected character, want colon', rest);
    if (rest.length === 1) throw fail(whole, 'colon must be followed by more characters', rest);
    rest = rest.slice(1);
    if (rest.startsWith(':')) {
      if (hasEllipsis) throw fail(whole, 'multiple :: in address', rest);
      hasEllipsis = true;
      rest = rest.slice(1);
      if (rest === '') break;
    }
  }
  if (rest !== '') throw fail(whole, 'trailing garbage after address', rest);
  if (bytes < 16 && !hasEllipsis) throw fail(whole, 'address string too short');
  if (bytes >= 16 && hasEllipsis) throw fail(whole, 'the :: must expand to at least one field of zeros');
}

function checkEmbedded(whole: string, rest: string, bytes: number, hasEllipsis: boolean): void {
  if (!hasEllipsis && bytes !== 12) {
    throw fail(whole, 'embedded IPv4 address must replace the final 2 fields of the address', rest);
  }
  if (bytes + 4 > 16) {
    throw fail(whole, 'too many hex fields to fit an embedded IPv4 at the end of the address', rest);
  }
  checkIPv4(whole, rest);
}
