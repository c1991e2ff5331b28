/** One step of a field path. */
import { equal, isObject, type Json, type JsonObject, quote } from '../json.ts';

export type PathElement =
  | { kind: 'field'; id: string; name: string }
  | { kind: 'key'; id: string; keys: [string, Json][] }
  | { kind: 'value'; id: string; value: Json }
  | { kind: 'index'; id: string; index: number };

export function fieldElement(name: string): PathElement {
  return { kind: 'field', id: `f:${name}`, name };
}

/** `keys` in any order; they are kept sorted by name. */
export function keyElement(keys: [string, Json][]): PathElement {
  const sorted = [...keys].sort(([a], [b]) => compareText(a, b));
  return { kind: 'key', id: `k:${JSON.stringify(Object.fromEntries(sorted))}`, keys: sorted };
}

export function valueElement(value: Json): PathElement {
  return { kind: 'value', id: `v:${JSON.stringify(value)}`, value };
}

/** Parses the wire form (`f:name`, `k:{...}`, `v:...`, `i:0`); undefined for an unknown form. */
export function parseElement(text: string): PathElement | undefined {
  const rest = text.slice(2);
  switch (text.slice(0, 2)) {
    case 'f:':
      return fieldElement(rest);
    case 'k:':
      return keyElement(Object.entries(JSON.parse(rest) as JsonObject) as [string, Json][]);
    case 'v:':
      return valueElement(JSON.parse(rest) as Json);
    case 'i:':
      return { kind: 'index', id: text, index: Number(rest) };
    default:
      return undefined;
  }
}

/** How messages name the element: `.name`, `[key="a"]`, `[="a"]`, `[0]`. */
export function printElement(element: PathElement): string {
  switch (element.kind) {
    case 'field':
      return `.${element.name}`;
    case 'key':
      return `[${element.keys.map(([name, value]) => `${name}=${printValue(value)}`).join(',')}]`;
    case 'value':
      return `[=${printValue(element.value)}]`;
    case 'index':
      return `[${element.index}]`;
  }
}

function printValue(value: Json): string {
  return typeof value === 'string' ? quote(value) : isObject(value) ? '' : JSON.stringify(value);
}

const KIND_ORDER = { field: 0, key: 1, value: 2, index: 3 };

export function compareElements(a: PathElement, b: PathElement): number {
  if (a.kind === 'field' && b.kind === 'field') return compareText(a.name, b.name);
  if (a.kind === 'value' && b.kind === 'value') return compareValues(a.value, b.value);
  if (a.kind === 'index' && b.kind === 'index') return a.index - b.index;
  if (a.kind === 'key' && b.kind === 'key') return compareKeys(a.keys, b.keys);
  return KIND_ORDER[a.kind] - KIND_ORDER[b.kind];
}

function compareKeys(a: [string, Json][], b: [string, Json][]): number {
  for (let i = 0; ; i++) {
    const left = a[i];
    const right = b[i];
    if (!left || !right) return (left ? 1 : 0) - (right ? 1 : 0);
    const order = compareText(left[0], right[0]) || compareValues(left[1], right[1]);
    if (order !== 0) return order;
  }
}

const rank = (value: Json): number =>
  typeof value === 'number' ? 0 : typeof value === 'string' ? 1 : typeof value === 'boolean' ? 2 : 3;

function compareValues(a: Json, b: Json): number {
  if (equal(a, b)) return 0;
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'number') return a - (b as number);
  if (typeof a === 'string') return compareText(a, b as string);
  return a === false ? -1 : 1;
}

/** Byte order, as Go compares strings. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    // Halves of surrogate pairs are in another order than the bytes they stand for.
    return left < 0xd800 && right < 0xd800 ? left - right : Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return a.length - b.length;
}
