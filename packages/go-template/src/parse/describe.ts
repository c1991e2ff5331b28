/** What the parser says of lists and tokens. */
import type { Token, TokenType } from '../lex/index.ts';
import { quote } from '../strconv/index.ts';
import { byteLength } from '../value/bytes.ts';
import type { ListNode } from './node.ts';

/** Nothing but space: what a definition may be replaced by, or replace, silently. */
export function isEmpty(list: ListNode): boolean {
  return list.nodes.every(
    (node) => node.kind === 'text' && !/[^\s\u0085]/.test(node.text.replace(/\ufeff/g, 'x')),
  );
}

/** A token in an error message; long ones are cut to ten runes. */
export function tokenText(token: Token): string {
  if (token.type === 'eof') return 'EOF';
  if (KEYWORD_TYPES.has(token.type)) return `<${token.value}>`;
  if (byteLength(token.value) <= 10) return quote(token.value);
  return `${quote(Array.from(token.value).slice(0, 10).join(''))}...`;
}

/** Every keyword of the lexer, with the dot and nil that Go counts among them. */
const KEYWORD_TYPES: ReadonlySet<TokenType> = new Set<TokenType>([
  'block',
  'break',
  'continue',
  'dot',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
]);
