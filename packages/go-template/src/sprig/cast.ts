/** spf13/cast as sprig uses it: any value as an int64 or a float64, 0 where it cannot. */
import { parseFloat64, parseInt64 } from '../strconv/index.ts';
import { Int } from '../value/int.ts';
import type { Value } from '../value/value.ts';

/** Named integers that count as plain ones; every other named type (time.Duration) is 0. */
const CALENDAR = new Set(['time.Month', 'time.Weekday']);

/** cast.ToInt64, and cast.ToInt where int has 64 bits. Text is read with its base prefix, "010" being octal. */
export function toInt64(value: Value): bigint {
  switch (typeof value) {
    case 'bigint':
      return value;
    case 'number':
      return truncate(value);
    case 'string': {
      const parsed = parseInt64(trimZeroDecimal(value), 0);
      return parsed.error === undefined ? parsed.value : 0n;
    }
    case 'boolean':
      return value ? 1n : 0n;
    default:
      return value instanceof Int && isPlain(value) ? BigInt.asIntN(64, value.value) : 0n;
  }
}

/** cast.ToFloat64. */
export function toFloat64(value: Value): number {
  switch (typeof value) {
    case 'bigint':
      return Number(value);
    case 'number':
      return value;
    case 'string': {
      const parsed = parseFloat64(value);
      return parsed.error === undefined ? parsed.value : 0;
    }
    case 'boolean':
      return value ? 1 : 0;
    default:
      return value instanceof Int && isPlain(value) ? Number(value.value) : 0;
  }
}

function isPlain(value: Int): boolean {
  return value.type.name === value.type.kind || CALENDAR.has(value.type.name);
}

const MIN_INT64 = -(1n << 63n);

/** Go's int64(f) on amd64: towards zero, and the lowest number where it does not fit. */
export function truncate(value: number): bigint {
  if (!(value >= -(2 ** 63) && value < 2 ** 63)) return MIN_INT64;
  return BigInt(Math.trunc(value));
}

/** cast drops a fraction of zeros: "12.00" is 12, "12.50" stays (and is no integer). */
function trimZeroDecimal(text: string): string {
  let zero = false;
  for (let i = text.length; i > 0; i--) {
    const character = text[i - 1];
    if (character === '.') {
      if (zero) return text.slice(0, i - 1);
    } else if (character === '0') zero = true;
    else return text;
  }
  return text;
}
