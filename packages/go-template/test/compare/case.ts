/** A case for both engines, and what each answers. The protocol is that of test/oracle. */
import { compile, TemplateError } from '../../src/index.ts';
import { fromBytes, toWellFormed } from '../../src/value/bytes.ts';
import { int64, uint8 } from '../../src/value/int.ts';
import { mapValue } from '../../src/value/map.ts';
import { ints, strings } from '../../src/value/slice.ts';
import { MAP_STRING } from '../../src/value/type.ts';

export interface Case {
  readonly template: string;
  /** JSON; an object with the one key `$type` is a value of another Go type (see test/oracle/data.go). */
  readonly data?: unknown;
  readonly missingKey?: 'default' | 'zero' | 'error';
}

/** Text, or bytes that are no valid UTF-8. */
export type WireText = string | { readonly b64: string };

export interface WireAnswer {
  readonly output?: WireText;
  readonly error?: WireText;
  readonly phase?: string;
}

export type Answer = { readonly output: string } | { readonly error: string; readonly phase: string };

/** What Go answered, with U+FFFD for every stray byte, as this package's output has it. */
export function readAnswer(wire: WireAnswer): Answer {
  if (wire.error !== undefined) return { error: readText(wire.error), phase: wire.phase ?? '' };
  return { output: readText(wire.output ?? '') };
}

function readText(text: WireText): string {
  return typeof text === 'string' ? text : toWellFormed(fromBytes(Buffer.from(text.b64, 'base64')));
}

const OPTIONS = {
  default: { missingKey: 'default', timeZone: 'UTC' },
  zero: { missingKey: 'zero', timeZone: 'UTC' },
  error: { missingKey: 'error', timeZone: 'UTC' },
} as const;

/** What this package answers. Whatever is thrown besides TemplateError is a fault and shows as one. */
export function answerHere(testCase: Case): Answer {
  try {
    const template = compile(testCase.template, OPTIONS[testCase.missingKey ?? 'default']);
    return { output: template.execute(decodeData(testCase.data)) };
  } catch (error) {
    if (error instanceof TemplateError) return { error: toWellFormed(error.message), phase: error.kind };
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error), phase: 'crash' };
  }
}

/** Template data of a case, typed values included. */
export function decodeData(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(decodeData);
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && first[0].length > 1 && first[0].startsWith('$')) {
    return decodeTyped(first[0].slice(1), first[1]);
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, decodeData(value)]));
}

function decodeTyped(name: string, data: unknown): unknown {
  switch (name) {
    case 'int':
      return BigInt(String(data));
    case 'int64':
      return int64(BigInt(String(data)));
    case 'uint8':
      return uint8(Number(data));
    case 'bytes':
      return fromBytes(Buffer.from(String(data), 'base64'));
    case 'strings':
      return strings((data as unknown[]).map(String));
    case 'ints':
      return ints((data as unknown[]).map((item) => BigInt(String(item))));
    case 'stringMap':
      return mapValue(
        MAP_STRING,
        Object.entries(data as object).map(([key, value]) => [key, String(value)] as const),
      );
    default:
      throw new Error(`unknown type $${name}`);
  }
}

/** How two answers differ: not at all, in kind (output, parse error, exec error), or in the text alone. */
export function difference(expected: Answer, actual: Answer): 'none' | 'kind' | 'text' {
  if ('output' in expected || 'output' in actual) {
    if (!('output' in expected && 'output' in actual)) return 'kind';
    return expected.output === actual.output ? 'none' : 'text';
  }
  if (expected.phase !== actual.phase) return 'kind';
  return expected.error === actual.error ? 'none' : 'text';
}
