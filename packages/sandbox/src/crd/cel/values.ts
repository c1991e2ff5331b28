/** Values as CEL sees them: integers are int, others double; reserved names are escaped; times are times. */
import { isObject, type Json } from '../../json.ts';
import type { RawSchema } from '../../schema/raw.ts';
import { environment } from './environment.ts';

/** Words of the language that a member of an object may be called, too. */
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** The name of a member inside rules. */
export function escapeName(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

/** The value of a place with this schema. */
export function typedValue(schema: RawSchema | undefined, value: Json | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((item) => typedValue(schema?.items, item));
  if (isObject(value)) {
    const out: Record<string, unknown> = {};
    const extra = typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined || item === null) continue;
      const declared = schema?.properties?.[key];
      out[declared ? escapeName(key) : key] = typedValue(declared ?? extra, item);
    }
    return out;
  }
  if (typeof value === 'number') {
    const integer = schema?.type === 'integer' || (schema?.type !== 'number' && Number.isInteger(value));
    return integer ? BigInt(value) : value;
  }
  return typeof value === 'string' ? typedText(schema?.format, value) : value;
}

function typedText(format: string | undefined, text: string): unknown {
  if (format === 'date-time' || format === 'date') return new Date(text);
  if (format === 'byte') return Uint8Array.from(Buffer.from(text, 'base64'));
  if (format !== 'duration') return text;
  try {
    return environment.evaluate('duration(text)', { text });
  } catch {
    // Words such as `2 days` are durations to the schema alone.
    return text;
  }
}
