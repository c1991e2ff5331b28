/** sprig's questions about types. */
import type { FuncSpec } from '../funcs/table.ts';
import { func } from '../funcs/table.ts';
import { deepEqual } from '../value/equal.ts';
import { ANY, BOOL, STRING } from '../value/type.ts';
import { kindOf, typeOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';

export const reflection: Readonly<Record<string, FuncSpec>> = {
  typeOf: func([ANY], STRING, (_, value) => typeName(value)),
  typeIs: func([STRING, ANY], BOOL, (_, name, value) => name === typeName(value)),
  typeIsLike: func([STRING, ANY], BOOL, (_, name, value) => {
    const actual = typeName(value);
    return name === actual || `*${name}` === actual;
  }),
  kindOf: func([ANY], STRING, (_, value) => kindOf(value)),
  kindIs: func([STRING, ANY], BOOL, (_, kind, value) => kind === kindOf(value)),
  deepEqual: func([ANY, ANY], BOOL, (_, a, b) => deepEqual(a, b)),
};

/** %T. */
export function typeName(value: Value): string {
  return typeOf(value)?.name ?? '<nil>';
}
