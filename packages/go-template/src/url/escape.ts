/** net/url's percent encoding, on strings of one character per byte. */
import { quote } from '../strconv/index.ts';
import { fromLatin1 } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';

/** A part of a URL, with the characters besides letters and digits that stand in it as they are. */
export type Part = 'path' | 'host' | 'zone' | 'user' | 'fragment';

const KEPT: Readonly<Record<Part, string>> = {
  path: '$&+,-./:;=@_~',
  host: '!"$&\'()*+,-.:;<=>[]_~',
  zone: '!"$&\'()*+,-.:;<=>[]_~',
  user: '$&+,-.;=_~',
  fragment: '!$&()*+,-./:;=?@_~',
};

function isKept(character: string, part: Part): boolean {
  return /[0-9A-Za-z]/.test(character) || KEPT[part].includes(character);
}

export function percentEncode(text: string, part: Part): string {
  let out = '';
  for (const character of text) out += isKept(character, part) ? character : percent(character);
  return out;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** @throws GoError for a percent sign without two digits, and for what a host name cannot hold */
export function percentDecode(text: string, part: Part): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character !== '%') {
      if ((part === 'host' || part === 'zone') && character < '\x80' && !isKept(character, part)) {
        throw new GoError(`invalid character ${quote(character)} in host name`);
      }
      out += character;
      continue;
    }
    const sequence = text.slice(i, i + 3);
    if (!/^%[0-9A-Fa-f]{2}$/.test(sequence)) throw badEscape(sequence);
    const byte = Number.parseInt(sequence.slice(1), 16);
    const decoded = String.fromCharCode(byte);
    // A host may only encode what is beyond ASCII; a zone also the percent sign and a space.
    if (part === 'host' && byte < 0x80 && sequence !== '%25') throw badEscape(sequence);
    if (part === 'zone' && sequence !== '%25' && byte !== 0x20 && !isKept(decoded, 'host'))
      throw badEscape(sequence);
    out += decoded;
    i += 2;
  }
  return out;
}

function badEscape(sequence: string): GoError {
  return new GoError(`invalid URL escape ${quote(fromLatin1(sequence))}`);
}
