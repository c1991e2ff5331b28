/** html, js, urlquery: their arguments as print shows them, escaped. */

import { sprintAll } from '../fmt/index.ts';
import { variadic } from '../funcs/table.ts';
import { isPrint } from '../strconv/index.ts';
import { toBytes } from '../value/bytes.ts';
import { ANY, STRING } from '../value/type.ts';
import type { Value } from '../value/value.ts';

/** One argument that is nil is `<no value>` here, as in an action; strings stay what they are. */
function textOf(values: readonly Value[]): string {
  return sprintAll(values.map((value) => (value === null ? '<no value>' : value)));
}

const HTML: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => HTML[character]!);
}

const hex4 = (code: number) => code.toString(16).toUpperCase().padStart(4, '0');

/** Quotes and backslash get a backslash, markup and controls \u00XX, what is not printable \uXXXX. */
export function escapeJs(text: string): string {
  return text.replace(/[\\'"<>&=\x00-\x1f]|[^\x00-\x7f]/gu, (character) => {
    if (character === '\\' || character === "'" || character === '"') return `\\${character}`;
    const rune = character.codePointAt(0)!;
    if (rune >= 0xdc80 && rune <= 0xdcff) return character;
    return rune >= 0x80 && isPrint(rune) ? character : `\\u${hex4(rune)}`;
  });
}

/** net/url's QueryEscape: letters, digits, - _ . ~ stay, a space is a plus. */
export function escapeQuery(text: string): string {
  if (/^[A-Za-z0-9\-_.~]*$/.test(text)) return text;
  let out = '';
  for (const byte of toBytes(text)) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.~]/.test(character)) out += character;
    else out += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

export const escapeFunctions = {
  html: variadic([], ANY, STRING, (_, ...args) => escapeHtml(textOf(args))),
  js: variadic([], ANY, STRING, (_, ...args) => escapeJs(textOf(args))),
  urlquery: variadic([], ANY, STRING, (_, ...args) => escapeQuery(textOf(args))),
};
