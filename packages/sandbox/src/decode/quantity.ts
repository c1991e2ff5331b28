/** resource.Quantity: parsing, and the canonical text the API server stores. */

const SUFFIXES: Record<string, { base: 2 | 10; exponent: number }> = {
  Ki: { base: 2, exponent: 10 },
  Mi: { base: 2, exponent: 20 },
  Gi: { base: 2, exponent: 30 },
  Ti: { base: 2, exponent: 40 },
  Pi: { base: 2, exponent: 50 },
  Ei: { base: 2, exponent: 60 },
  n: { base: 10, exponent: -9 },
  u: { base: 10, exponent: -6 },
  m: { base: 10, exponent: -3 },
  '': { base: 10, exponent: 0 },
  k: { base: 10, exponent: 3 },
  M: { base: 10, exponent: 6 },
  G: { base: 10, exponent: 9 },
  T: { base: 10, exponent: 12 },
  P: { base: 10, exponent: 15 },
  E: { base: 10, exponent: 18 },
};
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?$/;

interface Quantity {
  /** The value in billionths. */
  nano: bigint;
  format: 'binary' | 'decimal' | 'exponent';
}

/** Undefined when the text is no quantity. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  if (!whole && !fraction) return undefined;
  const scientific = /^[eE][+-]?\d+$/.test(suffix);
  const unit = scientific ? { base: 10 as const, exponent: Number(suffix.slice(1)) } : SUFFIXES[suffix];
  if (!unit) return undefined;
  let digits = BigInt(whole + fraction || '0');
  let nano: bigint;
  if (unit.base === 2) {
    const scaled = digits * 2n ** BigInt(unit.exponent) * 1_000_000_000n;
    nano = divideUp(scaled, 10n ** BigInt(fraction.length));
  } else {
    const power = unit.exponent - fraction.length + 9;
    if (power > 60) return undefined;
    nano = power >= 0 ? digits * 10n ** BigInt(power) : divideUp(digits, 10n ** BigInt(-power));
  }
  digits = nano;
  const format = unit.base === 2 ? 'binary' : scientific ? 'exponent' : 'decimal';
  return { nano: sign === '-' ? -digits : digits, format };
}

function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

/** The canonical form: the largest suffix without a fraction. Undefined when `text` is no quantity. */
export function canonicalQuantity(text: string): string | undefined {
  const quantity = parseQuantity(text);
  if (!quantity) return undefined;
  const sign = quantity.nano < 0n ? '-' : '';
  const nano = quantity.nano < 0n ? -quantity.nano : quantity.nano;
  if (nano === 0n) return '0';
  const GIGA = 1_000_000_000n;
  if (quantity.format === 'binary' && nano % GIGA === 0n && nano / GIGA >= 1024n) {
    let value = nano / GIGA;
    let step = 0;
    while (value % 1024n === 0n && step < 6) {
      value /= 1024n;
      step++;
    }
    return `${sign}${value}${['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'][step]}`;
  }
  let value = nano;
  let exponent = -9;
  while (value % 1000n === 0n && exponent < 18) {
    value /= 1000n;
    exponent += 3;
  }
  if (quantity.format === 'exponent') return `${sign}${value}${exponent === 0 ? '' : `e${exponent}`}`;
  const suffix =
    Object.entries(SUFFIXES).find(([, unit]) => unit.base === 10 && unit.exponent === exponent)?.[0] ?? '';
  return `${sign}${value}${suffix}`;
}
