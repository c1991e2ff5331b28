/**
 * The grammar of label selectors: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`, `a>1`, `a<1`, joined by
 * commas, with the refusals of the real server (apimachinery's labels package documents the grammar).
 */
import { labelValueErrors, qualifiedErrors } from '../registry/names.ts';
import { badRequest } from '../status/index.ts';
import type { LabelRequirement } from './match.ts';

interface Token {
  kind: 'word' | 'in' | 'notin' | 'sign' | 'end';
  text: string;
}

const TOKEN = /\s*(==|!=|[=!(),<>]|[^\s=!(),<>]+)/y;
const COMPARE: Readonly<Record<string, LabelRequirement['operator']>> = {
  '=': 'in',
  '==': 'in',
  '!=': 'notin',
  '>': 'gt',
  '<': 'lt',
};

class Unexpected extends Error {}

function tokensOf(source: string): Token[] {
  const out: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(source); match; match = TOKEN.exec(source)) {
    const text = match[1] as string;
    const kind = /^[=!(),<>]/.test(text) ? 'sign' : text === 'in' || text === 'notin' ? text : 'word';
    out.push({ kind, text });
  }
  out.push({ kind: 'end', text: '' });
  return out;
}

/** Throws a 400 for anything that is no selector. */
export function parseLabelSelector(source: string): LabelRequirement[] {
  const tokens = tokensOf(source);
  let position = 0;
  const peek = (): Token => tokens[position] as Token;
  const take = (): Token => {
    const token = peek();
    if (token.kind !== 'end') position++;
    return token;
  };
  /** Where a word may stand, `in` and `notin` are words like others. */
  const isWord = ({ kind }: Token): boolean => kind === 'word' || kind === 'in' || kind === 'notin';
  const refuse = (token: Token, expected: string, comma = ','): never => {
    throw new Unexpected(`found '${token.text}'${comma} expected: ${expected}`);
  };

  function values(): string[] {
    const open = take();
    if (open.text !== '(' || open.kind !== 'sign') refuse(open, "'('", '');
    const out = new Set<string>();
    if (peek().text === ')') {
      take();
      return [''];
    }
    if (!isWord(peek()) && peek().text !== ',') refuse(peek(), "',', ')' or identifier");
    for (let wantsValue = true; ; ) {
      const token = take();
      if (isWord(token)) {
        out.add(token.text);
        wantsValue = false;
        if (peek().text !== ',' && peek().text !== ')') refuse(peek(), "',' or ')'");
      } else if (token.text === ',') {
        if (wantsValue) out.add('');
        wantsValue = true;
        if (peek().text === ')') out.add('');
      } else if (token.text === ')') return [...out].sort();
      else refuse(token, "',', or identifier");
    }
  }

  function exactValue(): string[] {
    if (peek().kind === 'end' || peek().text === ',') return [''];
    const token = take();
    return isWord(token) ? [token.text] : refuse(token, 'identifier');
  }

  function requirement(): LabelRequirement {
    const first = take();
    const absent = first.text === '!' && first.kind === 'sign';
    const key = absent ? take() : first;
    if (!isWord(key)) refuse(key, 'identifier');
    checkKey(key.text);
    if (absent || peek().kind === 'end' || peek().text === ',')
      return { key: key.text, operator: absent ? 'absent' : 'exists', values: [] };
    const operator = take();
    if (operator.kind === 'in' || operator.kind === 'notin')
      return checked({ key: key.text, operator: operator.kind, values: values() });
    const compare = operator.kind === 'sign' ? COMPARE[operator.text] : undefined;
    if (compare === undefined) return refuse(operator, 'in, notin, =, ==, !=, gt, lt');
    return checked({ key: key.text, operator: compare, values: exactValue() });
  }

  const out: LabelRequirement[] = [];
  for (;;) {
    const begin = peek();
    if (begin.kind === 'end') return out;
    if (!isWord(begin) && begin.text !== '!')
      throw badRequest(`found '${begin.text}', expected: !, identifier, or 'end of string'`);
    try {
      out.push(requirement());
    } catch (error) {
      if (error instanceof Unexpected) throw badRequest(`unable to parse requirement: ${error.message}`);
      throw error;
    }
    const after = take();
    if (after.kind === 'end') return out;
    if (after.text !== ',') throw badRequest(`found '${after.text}', expected: ',' or 'end of string'`);
    if (!isWord(peek()) && peek().text !== '!')
      throw badRequest(`found '${peek().text}', expected: identifier after ','`);
  }
}

function checkKey(key: string): void {
  const [error] = qualifiedErrors(key);
  if (error)
    throw new Unexpected(
      `<nil>: Invalid value: ${JSON.stringify(key)}: ${error.replace(/bytes$/, 'characters')}`,
    );
}

function checked(requirement: LabelRequirement): LabelRequirement {
  const { key, operator, values } = requirement;
  if (operator === 'gt' || operator === 'lt')
    for (const value of values)
      if (!/^[+-]?\d+$/.test(value))
        throw new Unexpected(
          `values[0]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
        );
  for (const [i, value] of values.entries()) {
    const [error] = labelValueErrors(value);
    if (error)
      throw new Unexpected(
        `values[${i}][${key}]: Invalid value: ${JSON.stringify(value)}: ${error.replace(/bytes$/, 'characters')}`,
      );
  }
  return requirement;
}
