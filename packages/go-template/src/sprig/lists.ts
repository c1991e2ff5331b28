/** sprig's lists. Each function has a twin `must...` that reports as an error what it panics with: here both throw. */
import type { CallContext, FuncSpec } from '../funcs/table.ts';
import { func, variadic } from '../funcs/table.ts';
import { deepEqual } from '../value/equal.ts';
import { GoError } from '../value/goerror.ts';
import { anys, nilSlice, Slice } from '../value/slice.ts';
import { isTrue } from '../value/truth.ts';
import { ANY, ANYS, BOOL, INT, sliceOf } from '../value/type.ts';
import { kindOf } from '../value/typeof.ts';
import type { Value } from '../value/value.ts';
import { toInt64 } from './cast.ts';
import { count } from './text.ts';

const LISTS = sliceOf(ANYS);

const list = variadic([], ANY, ANYS, (_, ...items) => anys(items));
const push = func([ANY, ANY], ANYS, (_, items, item) =>
  anys([...itemsOf(items, 'Cannot push on type'), item]),
);
const prepend = func([ANY, ANY], ANYS, (_, items, item) =>
  anys([item, ...itemsOf(items, 'Cannot prepend on type')]),
);
const first = func([ANY], ANY, (_, items) => itemsOf(items, 'Cannot find first on type')[0] ?? null);
const last = func([ANY], ANY, (_, items) => itemsOf(items, 'Cannot find last on type').at(-1) ?? null);
const rest = func([ANY], ANYS, (_, items) =>
  orNil(itemsOf(items, 'Cannot find rest on type'), (all) => all.slice(1)),
);
const initial = func([ANY], ANYS, (_, items) =>
  orNil(itemsOf(items, 'Cannot find initial on type'), (all) => all.slice(0, -1)),
);
const reverse = func([ANY], ANYS, (_, items) =>
  anys(itemsOf(items, 'Cannot find reverse on type').toReversed()),
);
const compact = func([ANY], ANYS, (_, items) =>
  anys(itemsOf(items, 'Cannot compact on type').filter(isTrue)),
);
const uniq = func([ANY], ANYS, (context, items) => {
  const kept: Value[] = [];
  const plain = new Set<Value>();
  const others: Value[] = [];
  for (const item of itemsOf(items, 'Cannot find uniq on type')) {
    // NaN is not itself and stays every time; lists and maps have to be compared one by one.
    if (typeof item === 'object' && item !== null) {
      context.reserve(others.length);
      if (isAmong(item, others)) continue;
      others.push(item);
    } else if (plain.has(item) && !Number.isNaN(item)) continue;
    plain.add(item);
    kept.push(item);
  }
  return anys(kept);
});
const without = variadic([ANY], ANY, ANYS, (_, items, ...omitted) =>
  anys(itemsOf(items, 'Cannot find without on type').filter((item) => !isAmong(item, omitted))),
);
const has = func([ANY, ANY], BOOL, (_, needle, items) =>
  items === null ? false : isAmong(needle, itemsOf(items, 'Cannot find has on type')),
);
const slice = variadic([ANY], ANY, ANY, (_, items, ...bounds) => sliceList(items, bounds));
const chunk = func([INT, ANY], LISTS, (context, size, items) => {
  const all = itemsOf(items, 'Cannot chunk type');
  return new Slice(LISTS, chunks(context, count(size), all));
});

export const lists: Readonly<Record<string, FuncSpec>> = {
  list,
  tuple: list,
  append: push,
  push,
  mustAppend: push,
  mustPush: push,
  prepend,
  mustPrepend: prepend,
  first,
  mustFirst: first,
  last,
  mustLast: last,
  rest,
  mustRest: rest,
  initial,
  mustInitial: initial,
  reverse,
  mustReverse: reverse,
  compact,
  mustCompact: compact,
  uniq,
  mustUniq: uniq,
  without,
  mustWithout: without,
  has,
  mustHas: has,
  slice,
  mustSlice: slice,
  chunk,
  mustChunk: chunk,
  concat: variadic([], ANY, ANY, (context, ...all) => {
    const items = all.flatMap((items) => itemsOf(items, 'Cannot concat type', ' as list'));
    context.reserve(items.length * 16);
    return items.length === 0 ? nilSlice(ANYS) : anys(items);
  }),
};

/** The items of a list of any type; sprig asks nil for its type, which Go answers with a panic. */
function itemsOf(value: Value, complaint: string, after = ''): readonly Value[] {
  if (value instanceof Slice) return value.items;
  if (value === null || value === undefined) {
    throw new GoError('runtime error: invalid memory address or nil pointer dereference');
  }
  throw new GoError(`${complaint} ${kindOf(value)}${after}`);
}

function orNil(items: readonly Value[], cut: (items: readonly Value[]) => Value[]): Slice {
  return items.length === 0 ? nilSlice(ANYS) : anys(cut(items));
}

function isAmong(needle: Value, items: readonly Value[]): boolean {
  return items.some((item) => deepEqual(needle, item));
}

function sliceList(list: Value, bounds: readonly Value[]): Value {
  const items = itemsOf(list, 'list should be type of slice or array but');
  if (items.length === 0) return null;
  const [from, to] = bounds;
  const start = count(from === undefined ? 0n : toInt64(from));
  const end = count(to === undefined ? BigInt(items.length) : toInt64(to));
  if (start < 0 || end < start || end > items.length) {
    throw new GoError('reflect.Value.Slice: slice index out of bounds');
  }
  return new Slice((list as Slice).type, items.slice(start, end));
}

/** Go computes the number and the sizes in float64, which decides what a zero or negative size does. */
function chunks(context: CallContext, size: number, items: readonly Value[]): Slice[] {
  const number = Math.floor((items.length - 1) / size) + 1;
  if (!(number >= 0) || number === Infinity) throw badLength();
  context.reserve(number * 24);
  return Array.from({ length: number }, (_, i) => {
    let length = size;
    if (i === number - 1) {
      const left = Math.floor(items.length % size);
      length = left === 0 ? size : left;
    }
    if (length < 0) throw badLength();
    return anys(items.slice(i * size, i * size + length));
  });
}

function badLength(): GoError {
  return new GoError('runtime error: makeslice: len out of range');
}
