/** sprig's choices: defaults, truth, ternary, fail. */
import type { FuncSpec } from '../funcs/table.ts';
import { func, variadic } from '../funcs/table.ts';
import { GoError } from '../value/goerror.ts';
import { isTrue } from '../value/truth.ts';
import { ANY, BOOL, STRING } from '../value/type.ts';

export const defaults: Readonly<Record<string, FuncSpec>> = {
  default: variadic([ANY], ANY, ANY, (_, fallback, ...given) => {
    const value = given[0];
    return value !== undefined && isTrue(value) ? value : fallback;
  }),
  empty: func([ANY], BOOL, (_, value) => !isTrue(value)),
  coalesce: variadic([], ANY, ANY, (_, ...values) => values.find(isTrue) ?? null),
  all: variadic([], ANY, BOOL, (_, ...values) => values.every(isTrue)),
  any: variadic([], ANY, BOOL, (_, ...values) => values.some(isTrue)),
  ternary: func([ANY, ANY, BOOL], ANY, (_, whenTrue, whenFalse, test) => (test ? whenTrue : whenFalse)),
  fail: func([STRING], STRING, (_, message) => {
    throw new GoError(message);
  }),
};
