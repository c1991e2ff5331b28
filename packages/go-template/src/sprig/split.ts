/** sprig's splitting and joining. */
import type { FuncSpec } from '../funcs/table.ts';
import { func } from '../funcs/table.ts';
import { byteLength, compareStrings, normalize } from '../value/bytes.ts';
import { type GoMap, mapValue } from '../value/map.ts';
import { Slice, strings as stringList } from '../value/slice.ts';
import { ANY, INT, MAP_STRING, STRING, STRINGS } from '../value/type.ts';
import type { Value } from '../value/value.ts';
import { count, textOf, textsOf, withBytes } from './text.ts';

export const splitting: Readonly<Record<string, FuncSpec>> = {
  split: func([STRING, STRING], MAP_STRING, (_, separator, text) => numbered(splitText(text, separator, -1))),
  splitn: func([STRING, INT, STRING], MAP_STRING, (_, separator, limit, text) =>
    numbered(splitText(text, separator, count(limit))),
  ),
  splitList: func([STRING, STRING], STRINGS, (_, separator, text) =>
    stringList(splitText(text, separator, -1)),
  ),
  join: func([STRING, ANY], STRING, (context, separator, list) => {
    const texts = textsOf(list);
    context.reserve(texts.length * byteLength(separator));
    return normalize(texts.join(separator));
  }),
  toStrings: func([ANY], STRINGS, (_, list) => asStrings(list)),
  sortAlpha: func([ANY], STRINGS, (_, list) => {
    if (!(list instanceof Slice)) return stringList([textOf(list)]);
    const texts = asStrings(list);
    // A list of strings is sorted in place, as in Go.
    (texts.items as string[]).sort(compareStrings);
    return texts;
  }),
};

function asStrings(list: Value): Slice {
  return list instanceof Slice && list.type === STRINGS ? list : stringList(textsOf(list));
}

/** strings.SplitN; an empty separator splits into characters, a negative limit is none. */
export function splitText(text: string, separator: string, limit: number): string[] {
  if (limit === 0) return [];
  if (separator === '') {
    const characters = Array.from(text);
    if (limit < 0 || limit >= characters.length) return characters;
    return [...characters.slice(0, limit - 1), characters.slice(limit - 1).join('')];
  }
  return withBytes([separator], (encode, decode) => {
    const mark = encode(separator);
    const parts = encode(text).split(mark);
    const kept =
      limit < 0 || parts.length <= limit
        ? parts
        : [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(mark)];
    return kept.map(decode);
  });
}

function numbered(parts: readonly string[]): GoMap {
  return mapValue(
    MAP_STRING,
    parts.map((part, i) => [`_${i}`, part] as const),
  );
}
