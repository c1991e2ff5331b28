/** Which functions a template has: text/template's, sprig's, and the caller's own over both. */
import { builtinFunctions } from './builtins/index.ts';
import { type FuncSpec, type FuncTable, type Impurity, isFuncSpec, variadic } from './funcs/table.ts';
import { sprigFunctions } from './sprig/index.ts';
import { fromJs, toJs } from './value/convert.ts';
import { ANY } from './value/type.ts';

/**
 * A function of the caller: one made by `func` or `variadic`, with a signature and values of the engine, or a
 * plain one, which takes any number of arguments as plain data and gives plain data back.
 */
export type CustomFunction = FuncSpec | ((...args: unknown[]) => unknown);

// sprig's slice hides the builtin of that name, as it does in Go.
const standard: FuncTable = new Map([...builtinFunctions, ...sprigFunctions]);

const merged = new WeakMap<object, FuncTable>();

/** The functions of a template with these functions of its own; kept by the identity of the object. */
export function functionTable(custom: Readonly<Record<string, CustomFunction>> | undefined): FuncTable {
  if (custom === undefined) return standard;
  let table = merged.get(custom);
  if (table === undefined) {
    table = new Map([
      ...standard,
      ...Object.entries(custom).map(([name, made]) => [name, specOf(made)] as const),
    ]);
    merged.set(custom, table);
  }
  return table;
}

function specOf(made: CustomFunction): FuncSpec {
  if (typeof made !== 'function') {
    if (!isFuncSpec(made))
      throw new TypeError('a custom function is a function, or is made by func or variadic');
    return made;
  }
  return variadic([], ANY, ANY, (_, ...args) => fromJs(made(...args.map(toJs))));
}

/** Names of all functions that every template has, sorted. */
export function functionNames(): string[] {
  return [...standard.keys()].sort();
}

/** What is known of a function that every template has; `impure` says why two renders may differ. */
export function functionInfo(name: string): { readonly impure?: Impurity } | undefined {
  const spec = standard.get(name);
  if (spec === undefined) return undefined;
  return spec.impure === undefined ? {} : { impure: spec.impure };
}
