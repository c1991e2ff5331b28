/** The JSONPath of printer columns: members, quoted members, indexes, slices, wildcards and equality filters. */
import { isObject, type Json } from '../json.ts';

const STEP =
  /\.([A-Za-z0-9_$-]+(?:\\\.[A-Za-z0-9_-]+)*)|\['([^']*)'\]|\["([^"]*)"\]|\[(-?\d+)\]|\[\*\]|\.\*|\[\?\(@\.([\w.-]+)\s*==\s*["']([^"']*)["']\)\]|\[(-?\d*):(-?\d*)\]/y;

/** Every value at the path, in order; none for a path that is not understood. */
export function readPath(root: Json, path: string): Json[] {
  let found: Json[] = [root];
  let source = path.replace(/^\{|\}$/g, '').replace(/^\$/, '');
  if (source !== '' && !source.startsWith('.') && !source.startsWith('[')) source = `.${source}`;
  STEP.lastIndex = 0;
  while (STEP.lastIndex < source.length) {
    const match = STEP.exec(source);
    if (!match) return [];
    const name = match[1]?.replaceAll('\\.', '.') ?? match[2] ?? match[3];
    if (name !== undefined)
      found = found.flatMap((value) =>
        isObject(value) && value[name] !== undefined ? [value[name] as Json] : [],
      );
    else if (match[4] !== undefined)
      found = found.flatMap((value) =>
        Array.isArray(value) && value.at(Number(match[4])) !== undefined
          ? [value.at(Number(match[4])) as Json]
          : [],
      );
    else if (match[7] !== undefined)
      found = found.flatMap((value) =>
        Array.isArray(value)
          ? value.slice(Number(match[7] || 0), match[8] ? Number(match[8]) : undefined)
          : [],
      );
    else if (match[5] !== undefined) {
      const keys = match[5].split('.');
      found = found.flatMap((value) =>
        Array.isArray(value)
          ? value.filter(
              (item) =>
                keys.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), item) ===
                match[6],
            )
          : [],
      );
    } else
      found = found.flatMap((value) =>
        Array.isArray(value) ? value : isObject(value) ? (Object.values(value) as Json[]) : [],
      );
  }
  return found;
}
