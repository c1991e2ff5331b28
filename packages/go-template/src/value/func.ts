/** A function as a value: only the caller's data can hold one; `call` runs it. */
import type { FuncSpec } from '../funcs/table.ts';
import { funcType, type Type } from './type.ts';

export class Func {
  readonly spec: FuncSpec;
  readonly type: Type;

  constructor(spec: FuncSpec) {
    this.spec = spec;
    const last = spec.params.length - 1;
    const params = spec.params.map((type, i) =>
      spec.variadic && i === last ? `...${type.name}` : type.name,
    );
    this.type = funcType(`func(${params.join(', ')}) ${spec.result.name}`);
  }
}
