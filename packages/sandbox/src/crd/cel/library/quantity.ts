/** resource.Quantity: `quantity('1Gi').isGreaterThan(quantity('500Mi'))`. */
import type { Environment } from '@marcbachmann/cel-js';
import { parseQuantity } from '../../../decode/quantity.ts';

const BILLION = 1_000_000_000n;

class Quantity {
  /** The value in billionths. */
  readonly nano: bigint;
  constructor(nano: bigint) {
    this.nano = nano;
  }
}

const compare = (a: Quantity, b: Quantity): bigint => (a.nano < b.nano ? -1n : a.nano > b.nano ? 1n : 0n);
const nanoOf = (other: Quantity | bigint): bigint =>
  typeof other === 'bigint' ? other * BILLION : other.nano;

export function registerQuantity(env: Environment): void {
  const type = 'kubernetes.Quantity';
  env.registerType(type, Quantity);
  env.registerOperator(`${type} == ${type}`, (a: Quantity, b: Quantity) => a.nano === b.nano);
  env.registerFunction('isQuantity(string): bool', (text: string) => parseQuantity(text) !== undefined);
  env.registerFunction(`quantity(string): ${type}`, (text: string) => {
    const parsed = parseQuantity(text);
    if (!parsed)
      throw new Error(
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      );
    return new Quantity(parsed.nano);
  });
  env.registerFunction(`${type}.sign(): int`, (q: Quantity) => (q.nano < 0n ? -1n : q.nano > 0n ? 1n : 0n));
  env.registerFunction(`${type}.isInteger(): bool`, (q: Quantity) => q.nano % BILLION === 0n);
  env.registerFunction(`${type}.asInteger(): int`, (q: Quantity) => {
    if (q.nano % BILLION !== 0n) throw new Error('cannot convert value to integer');
    return q.nano / BILLION;
  });
  env.registerFunction(`${type}.asApproximateFloat(): double`, (q: Quantity) => Number(q.nano) / 1e9);
  env.registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Quantity, b: Quantity) => a.nano > b.nano);
  env.registerFunction(`${type}.isLessThan(${type}): bool`, (a: Quantity, b: Quantity) => a.nano < b.nano);
  env.registerFunction(`${type}.compareTo(${type}): int`, compare);
  for (const other of [type, 'int']) {
    env.registerFunction(
      `${type}.add(${other}): ${type}`,
      (a: Quantity, b: Quantity | bigint) => new Quantity(a.nano + nanoOf(b)),
    );
    env.registerFunction(
      `${type}.sub(${other}): ${type}`,
      (a: Quantity, b: Quantity | bigint) => new Quantity(a.nano - nanoOf(b)),
    );
  }
}
