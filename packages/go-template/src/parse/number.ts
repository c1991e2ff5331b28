/** Number constants: what the text can be read as (newNumber in parse/node.go). */
import { parseFloat64, parseInt64, parseUint, quote, unquoteChar } from '../strconv/index.ts';
import type { NumberNode } from './node.ts';

/** The node, or the message of Go's parse error. */
export function parseNumber(
  pos: number,
  text: string,
  type: 'charConstant' | 'complex' | 'number',
): NumberNode | string {
  if (type === 'charConstant') {
    const step = unquoteChar(text, 1, "'");
    if (step === undefined) return 'invalid syntax';
    if (text.slice(step.next) !== "'") return `malformed character constant: ${text}`;
    return { kind: 'number', pos, text, int: BigInt(step.rune), uint: BigInt(step.rune), float: step.rune };
  }
  if (type === 'complex') {
    const parts = /^(.*[^eEpP])([+-].*)i$/.exec(text);
    // Go's scanner takes an i without digits for the start of Inf.
    if (parts?.[2]?.length === 1) return 'syntax error scanning complex number';
    const re = parseFloat64(parts?.[1] ?? '');
    const im = parseFloat64(parts?.[2] ?? '');
    if (re.error !== undefined) return complexError(parts?.[1], re.error);
    if (im.error !== undefined) return complexError(parts?.[2], im.error);
    return complexNode(pos, text, re.value, im.value);
  }
  if (text.endsWith('i')) {
    const im = parseFloat64(text.slice(0, -1));
    if (im.error === undefined) return complexNode(pos, text, 0, im.value);
  }
  return realNode(pos, text);
}

/** Go scans the two parts with fmt.Sscan, and says so. */
function complexError(part: string | undefined, error: 'syntax' | 'range'): string {
  if (part === undefined || !/^[+-]?(?:0[xX])?[0-9a-fA-F_.pP+-]*$/.test(part))
    return 'syntax error scanning complex number';
  return `strconv.ParseFloat: parsing ${quote(part)}: ${error === 'range' ? 'value out of range' : 'invalid syntax'}`;
}

function realNode(pos: number, text: string): NumberNode | string {
  const unsigned = parseUint(text, 0);
  const signed = parseInt64(text, 0);
  const int = signed.error === undefined ? signed.value : undefined;
  let uint = unsigned.error === undefined ? unsigned.value : undefined;
  if (int === 0n) uint = 0n;
  if (int !== undefined || uint !== undefined) {
    return { kind: 'number', pos, text, ...integers(int, uint), float: Number(int ?? uint) };
  }
  const float = parseFloat64(text);
  if (float.error !== undefined) return `illegal number syntax: ${quote(text)}`;
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${quote(text)}`;
  return { kind: 'number', pos, text, ...integersOf(float.value), float: float.value };
}

function complexNode(pos: number, text: string, re: number, im: number): NumberNode {
  const node = { kind: 'number' as const, pos, text, complex: { re, im } };
  return im === 0 ? { ...node, ...integersOf(re), float: re } : node;
}

/** The integer types that hold a float's value exactly. */
function integersOf(value: number): { int?: bigint; uint?: bigint } {
  if (!Number.isInteger(value)) return {};
  const whole = BigInt(value);
  return integers(
    whole >= -(1n << 63n) && whole < 1n << 63n ? whole : undefined,
    whole >= 0n && whole < 1n << 64n ? whole : undefined,
  );
}

function integers(int: bigint | undefined, uint: bigint | undefined): { int?: bigint; uint?: bigint } {
  return { ...(int === undefined ? {} : { int }), ...(uint === undefined ? {} : { uint }) };
}
