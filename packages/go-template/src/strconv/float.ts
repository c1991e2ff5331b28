/** strconv.FormatFloat for float64, from exact decimal digits where a precision is asked for. */

/** digits[0].digits[1].. times 10^point: 0.digits * 10^point; no digits for zero. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** strconv.FormatFloat(value, format, precision, 64); precision -1 is the shortest text that reads back. */
export function formatFloat(value: number, format: string, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  switch (format) {
    case 'b':
      return sign + formatBinary(size);
    case 'x':
    case 'X':
      return sign + formatHex(size, format, precision);
    default:
      return sign + formatDecimal(size, format, precision);
  }
}

/** The shortest %g, what %v and print show of a float64. */
export function shortestFloat(value: number): string {
  // Integers below a million print the same in JavaScript, save -0.
  if (Number.isInteger(value) && value > -1e6 && value < 1e6 && !Object.is(value, -0)) return String(value);
  return formatFloat(value, 'g', -1);
}

function formatDecimal(size: number, format: string, precision: number): string {
  const shortest = precision < 0;
  let wanted = precision;
  let decimal: Decimal;
  if (shortest) {
    decimal = shortestDecimal(size);
    if (format === 'e' || format === 'E') wanted = decimal.digits.length - 1;
    else if (format === 'f') wanted = Math.max(decimal.digits.length - decimal.point, 0);
    else wanted = decimal.digits.length;
  } else {
    const exact = exactDecimal(size);
    if (format === 'e' || format === 'E') decimal = round(exact, precision + 1);
    else if (format === 'f') decimal = round(exact, exact.point + precision);
    else {
      if (wanted === 0) wanted = 1;
      decimal = round(exact, wanted);
    }
  }
  if (format === 'f') return formatFixed(decimal, wanted);
  if (format === 'e' || format === 'E') return formatExponent(decimal, wanted, format);
  return formatGeneral(decimal, wanted, shortest, format === 'G' ? 'E' : 'e');
}

function formatGeneral(decimal: Decimal, precision: number, shortest: boolean, letter: string): string {
  const count = decimal.digits.length;
  let limit = precision;
  if (limit > count && count >= decimal.point) limit = count;
  if (shortest) limit = 6;
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= limit) {
    return formatExponent(decimal, Math.min(precision, count) - 1, letter);
  }
  const wanted = precision > decimal.point ? count : precision;
  return formatFixed(decimal, Math.max(wanted - decimal.point, 0));
}

function formatExponent(decimal: Decimal, precision: number, letter: string): string {
  const { digits } = decimal;
  const first = digits === '' ? '0' : digits[0]!;
  const fraction = precision > 0 ? `.${digits.slice(1, precision + 1).padEnd(precision, '0')}` : '';
  const exponent = digits === '' ? 0 : decimal.point - 1;
  return `${first}${fraction}${letter}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function formatFixed(decimal: Decimal, precision: number): string {
  const { digits, point } = decimal;
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision <= 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, precision)) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

function shortestDecimal(size: number): Decimal {
  if (size === 0) return { digits: '', point: 0 };
  const [mantissa, exponent] = size.toExponential().split('e') as [string, string];
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** A float64 as mantissa * 2^exponent with an integer mantissa. */
function split(size: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  if (biased === 0) return { mantissa: fraction, exponent: -1074 };
  return { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function exactDecimal(size: number): Decimal {
  if (size === 0) return { digits: '', point: 0 };
  const { mantissa, exponent } = split(size);
  if (exponent >= 0) return trimZeros((mantissa << BigInt(exponent)).toString(), 0);
  return trimZeros((mantissa * 5n ** BigInt(-exponent)).toString(), exponent);
}

function trimZeros(digits: string, shift: number): Decimal {
  return { digits: digits.replace(/0+$/, ''), point: digits.length + shift };
}

/** Rounds to a number of digits, halves to even; the exact value is known, so a half is a half. */
function round(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  if (count < 0) return { digits: '', point };
  const next = digits.charCodeAt(count) - 48;
  const isHalf = next === 5 && count + 1 === digits.length;
  const previousOdd = count > 0 && ((digits.charCodeAt(count - 1) - 48) & 1) === 1;
  const kept = digits.slice(0, count);
  if (!(isHalf ? previousOdd : next >= 5)) {
    const trimmed = kept.replace(/0+$/, '');
    return trimmed === '' ? { digits: '', point: 0 } : { digits: trimmed, point };
  }
  const up = (BigInt(kept === '' ? '0' : kept) + 1n).toString();
  const carried = up.length > kept.length;
  return { digits: up.replace(/0+$/, ''), point: carried ? point + 1 : point };
}

function formatBinary(size: number): string {
  const { mantissa, exponent } = split(size);
  return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

function formatHex(size: number, letter: 'x' | 'X', precision: number): string {
  let { mantissa, exponent } = split(size);
  if (mantissa === 0n) exponent = 0;
  else {
    // The leading 1 at bit 60.
    const shift = 61 - mantissa.toString(2).length;
    mantissa <<= BigInt(shift);
    exponent += 60 - shift;
  }
  if (precision >= 0 && precision < 15) {
    const keep = BigInt(precision * 4);
    const low = (mantissa << keep) & ((1n << 60n) - 1n);
    mantissa >>= 60n - keep;
    if ((low | (mantissa & 1n)) > 1n << 59n) mantissa += 1n;
    mantissa <<= 60n - keep;
    if ((mantissa & (1n << 61n)) !== 0n) {
      mantissa >>= 1n;
      exponent += 1;
    }
  }
  const lead = (mantissa >> 60n) & 1n;
  let fraction = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, '0');
  fraction =
    precision < 0 ? fraction.replace(/0+$/, '') : fraction.padEnd(precision, '0').slice(0, precision);
  const power = `${letter === 'x' ? 'p' : 'P'}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  const digits = letter === 'x' ? fraction : fraction.toUpperCase();
  return `0${letter}${lead}${digits === '' ? '' : `.${digits}`}${power}`;
}
