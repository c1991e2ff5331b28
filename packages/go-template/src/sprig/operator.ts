/** The functions of Tenant Operator that sprig does not have: toHost, trunc63, and conversions of database text. */
import type { FuncSpec } from '../funcs/table.ts';
import { func } from '../funcs/table.ts';
import { lower } from '../runes/index.ts';
import { parseFloat64, parseInt64 } from '../strconv/index.ts';
import { hostNameOf, parseUrl } from '../url/index.ts';
import { fromBytes, toBytes } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';
import { isTrue } from '../value/truth.ts';
import { ANY, BOOL, FLOAT64, INT, STRING } from '../value/type.ts';
import { integerOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';

const toIntSpec = func([ANY], INT, (_, value) => toInt(value));
const toFloatSpec = func([ANY], FLOAT64, (_, value) => toFloat(value));
const toBoolSpec = func([ANY], BOOL, (_, value) => toBool(value));

export const operator: Readonly<Record<string, FuncSpec>> = {
  toHost: func([STRING], STRING, (_, text) => toHost(text)),
  trunc63: func([STRING], STRING, (_, text) => trunc63(text)),
  toInt: toIntSpec,
  toFloat: toFloatSpec,
  toBool: toBoolSpec,
  float: toFloatSpec,
  bool: toBoolSpec,
};

/**
 * The short names of toInt, toFloat and toBool, for `options.funcs` where values are a database's text: this `int` hides
 * sprig's, which reads "010" as octal 8 and "3.7" as 0; it gives 10 and 3.
 */
export const databaseConversions: Readonly<Record<'int' | 'float' | 'bool', FuncSpec>> = {
  int: toIntSpec,
  float: toFloatSpec,
  bool: toBoolSpec,
};

/** The host name of a URL; text that has none gives what stands before its first colon. */
function toHost(text: string): string {
  try {
    const host = hostNameOf(parseUrl(text));
    if (host !== '') return host;
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
  }
  return text.split(':')[0]!;
}

/** The longest DNS label. */
const LABEL_LENGTH = 63;

/** At most 63 bytes, cut between characters. */
function trunc63(text: string): string {
  const bytes = toBytes(text);
  if (bytes.length <= LABEL_LENGTH) return text;
  const insideCharacter = (at: number) => (bytes[at]! & 0xc0) === 0x80;
  let end = LABEL_LENGTH;
  while (end > LABEL_LENGTH - 3 && insideCharacter(end)) end--;
  return fromBytes(bytes.subarray(0, insideCharacter(end) ? LABEL_LENGTH : end));
}

const MAX_INT64 = (1n << 63n) - 1n;

/** What is no number is 0; what does not fit is the nearest that does. */
function toInt(value: Value): bigint {
  if (typeof value === 'string') {
    const integer = parseInt64(value, 10);
    if (integer.error === undefined) return integer.value;
    const float64 = parseFloat64(value);
    return float64.error === undefined && Number.isFinite(float64.value) ? clamp(float64.value) : 0n;
  }
  if (typeof value === 'number') return clamp(value);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return BigInt.asIntN(64, integerOf(value) ?? 0n);
}

function clamp(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (value >= 2 ** 63) return MAX_INT64;
  return value <= -(2 ** 63) ? -MAX_INT64 - 1n : BigInt(Math.trunc(value));
}

function toFloat(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number(toInt(value));
  const parsed = parseFloat64(value);
  return parsed.error === undefined ? parsed.value : 0;
}

const TRUE_WORDS = new Set(['1', 'true', 't', 'yes', 'y', 'on']);

/** A database's words for true in any case; other text is false, other values are judged as `if` judges them. */
function toBool(value: Value): boolean {
  return typeof value === 'string' ? TRUE_WORDS.has(lower(value)) : isTrue(value);
}
