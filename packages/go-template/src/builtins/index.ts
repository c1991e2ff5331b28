/** The functions of text/template itself. */

import { sprintAll, sprintf, sprintln } from '../fmt/index.ts';
import { type FuncSpec, type FuncTable, func, variadic } from '../funcs/table.ts';
import { isTrue } from '../value/truth.ts';
import { ANY, BOOL, REFLECT, STRING } from '../value/type.ts';
import { compareFunctions } from './compare.ts';
import { escapeFunctions } from './escape.ts';
import { itemFunctions } from './items.ts';

/** and, or: the executor evaluates their operands one by one and never calls them. */
export const AND: FuncSpec = variadic([REFLECT], REFLECT, REFLECT, (_, first) => first);
export const OR: FuncSpec = variadic([REFLECT], REFLECT, REFLECT, (_, first) => first);
/** call: the executor tells it the text of what it calls. */
export const CALL: FuncSpec = itemFunctions.call;

export function isShortCircuit(spec: FuncSpec): boolean {
  return spec === AND || spec === OR;
}

export const builtinFunctions: FuncTable = new Map<string, FuncSpec>(
  Object.entries({
    and: AND,
    or: OR,
    not: func([REFLECT], BOOL, (_, value) => !isTrue(value)),
    print: variadic([], ANY, STRING, (_, ...args) => sprintAll(args)),
    println: variadic([], ANY, STRING, (_, ...args) => sprintln(args)),
    printf: variadic([STRING], ANY, STRING, (_, format, ...args) => sprintf(format, args)),
    ...compareFunctions,
    ...escapeFunctions,
    ...itemFunctions,
  }),
);
