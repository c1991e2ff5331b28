/** The `ttl` annotation: seconds as a whole number, or a Go duration. */

const MAX_TTL = 2 ** 31 - 1;
const UNIT_NANOSECONDS: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const TOO_LONG = 1n << 63n;

/** The fraction of a unit in nanoseconds; digits beyond what 63 bits hold do not count, as in Go. */
function fractionNanoseconds(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    if (value > (TOO_LONG - 1n) / 10n || next > TOO_LONG) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

/** Parses a Go duration (`1h30m`, `1.5s`, `-10m`) to nanoseconds as Go's `time.ParseDuration`; `undefined` when it is none. */
export function parseDuration(text: string): bigint | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const rest = text.slice(sign.length);
  if (rest === '0') return 0n;
  const parts = [...rest.matchAll(/(\d*)(?:\.(\d*))?([^\d.]+)/gy)];
  if (parts.length === 0 || parts.reduce((length, part) => length + part[0].length, 0) !== rest.length)
    return undefined;
  let total = 0n;
  for (const [, whole = '', fraction = '', unitName = ''] of parts) {
    const unit = UNIT_NANOSECONDS[unitName];
    if (unit === undefined || (whole === '' && fraction === '')) return undefined;
    const value = BigInt(whole || '0') * unit + (fraction === '' ? 0n : fractionNanoseconds(fraction, unit));
    total += value;
    if (value > TOO_LONG || total > TOO_LONG) return undefined;
  }
  if (sign === '-') return -total;
  return total > TOO_LONG - 1n ? undefined : total;
}

/**
 * The seconds of a `ttl` annotation, or 0 ("not set") for anything that is not between 1 and 2147483647 seconds; parts of
 * a second are cut off (source/source.go, getTTLFromAnnotations).
 */
export function ttlSeconds(annotation: string | undefined): number {
  if (annotation === undefined) return 0;
  const duration = parseDuration(annotation);
  let seconds: number;
  if (duration !== undefined) {
    // Go adds whole seconds and the rest as floating point before it truncates.
    seconds = Math.trunc(Number(duration / 1_000_000_000n) + Number(duration % 1_000_000_000n) / 1e9);
  } else {
    seconds = /^[+-]?\d+$/.test(annotation) ? Number(annotation) : 0;
  }
  return seconds >= 1 && seconds <= MAX_TTL ? seconds : 0;
}
