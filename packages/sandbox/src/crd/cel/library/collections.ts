/** Functions on lists and sets. */
import { type Context, type Environment, evaluate } from '@marcbachmann/cel-js';

/** Equality as the language has it; values of the same list mostly are of one type. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  try {
    return evaluate('a == b', { a, b } as Context) === true;
  } catch {
    return false;
  }
}

function less(a: unknown, b: unknown): boolean {
  return (a as bigint) < (b as bigint);
}

const includes = (list: readonly unknown[], item: unknown): boolean =>
  list.some((other) => same(other, item));

export function registerCollections(env: Environment): void {
  const extreme = (list: unknown[], better: (a: unknown, b: unknown) => boolean, name: string): unknown => {
    if (list.length === 0) throw new Error(`${name} called on empty list`);
    return list.reduce((best, item) => (better(item, best) ? item : best));
  };
  env.registerFunction('list<dyn>.isSorted(): bool', (list: unknown[]) =>
    list.every((item, i) => i === 0 || !less(item, list[i - 1])),
  );
  env.registerFunction('list<dyn>.sum(): dyn', (list: bigint[]) =>
    list.length === 0 ? 0n : list.reduce((a, b) => a + b),
  );
  env.registerFunction('list<dyn>.min(): dyn', (list: unknown[]) => extreme(list, less, 'min'));
  env.registerFunction('list<dyn>.max(): dyn', (list: unknown[]) =>
    extreme(list, (a, b) => less(b, a), 'max'),
  );
  env.registerFunction('list<dyn>.indexOf(dyn): int', (list: unknown[], item: unknown) =>
    BigInt(list.findIndex((other) => same(other, item))),
  );
  env.registerFunction('list<dyn>.lastIndexOf(dyn): int', (list: unknown[], item: unknown) =>
    BigInt(list.findLastIndex((other) => same(other, item))),
  );

  env.registerType('SetsNamespace', SetsNamespace);
  env.registerConstant('sets', 'SetsNamespace', new SetsNamespace());
  const onSets = (name: string, check: (a: unknown[], b: unknown[]) => boolean) =>
    env.registerFunction(
      `SetsNamespace.${name}(list<dyn>, list<dyn>): bool`,
      (_: unknown, a: unknown[], b: unknown[]) => check(a, b),
    );
  onSets('contains', (a, b) => b.every((item) => includes(a, item)));
  onSets('intersects', (a, b) => b.some((item) => includes(a, item)));
  onSets(
    'equivalent',
    (a, b) => a.every((item) => includes(b, item)) && b.every((item) => includes(a, item)),
  );
}

/** What `sets.contains(a, b)` is called on. */
class SetsNamespace {}
