/** Values against their atoms: validation, field sets, comparison, merge and removal. */
import { goMap } from '../gotext.ts';
import { clone, equal, isObject, type Json, type JsonObject } from '../json.ts';
import type { Atom, ListAtom, MapAtom, ScalarAtom } from './atom.ts';
import { fieldElement, keyElement, type PathElement, printElement, valueElement } from './element.ts';
import { FieldSet } from './set.ts';

export interface TypedError {
  path: string;
  message: string;
}

/** Go's `Error()` of a list of typed errors. */
export function printTypeErrors(errors: readonly TypedError[]): string {
  const lines = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  return lines.length === 1
    ? (lines[0] as string)
    : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n');
}

/** Which of the atom's forms a value takes. */
function formOf(atom: Atom, value: Json | undefined): Atom {
  if (value === undefined || value === null) return atom;
  if (Array.isArray(value)) return atom.list ? { list: atom.list } : atom;
  if (isObject(value)) return atom.map ? { map: atom.map } : atom;
  return atom.scalar ? { scalar: atom.scalar } : atom;
}

const kindOf = (atom: Atom): 'map' | 'scalar' | 'list' =>
  atom.map ? 'map' : atom.scalar ? 'scalar' : 'list';
const asMap = (value: Json | undefined): JsonObject | undefined => (isObject(value) ? value : undefined);
const asList = (value: Json | undefined): Json[] | undefined => (Array.isArray(value) ? value : undefined);

/** The atom of a member: its declared field's, or the one of undeclared members. */
function memberAtom(map: MapAtom, key: string): Atom | undefined {
  return map.field(key) ?? map.element();
}

/** The path element of a list item; a text says why there is none. */
function itemElement(list: ListAtom, item: Json | undefined): PathElement | string {
  if (list.keys.length > 0) {
    if (item === null || item === undefined) return 'associative list with keys may not have a null element';
    if (!isObject(item)) return 'associative list with keys may not have non-map elements';
    const keys: [string, Json][] = [];
    for (const name of list.keys) {
      const value = item[name] ?? list.element().map?.fieldDefault(name);
      if (value !== undefined && value !== null) keys.push([name, value]);
      else if (Object.hasOwn(item, name) && item[name] === null) keys.push([name, null]);
    }
    if (keys.length === 0) {
      const names = `[${list.keys.map((key) => JSON.stringify(key)).join(' ')}]`;
      return `associative list with keys has an element that omits all key fields ${names} (and doesn't have default values for any key fields)`;
    }
    return keyElement(keys);
  }
  if (isObject(item)) return "associative list without keys has an element that's a map type";
  if (Array.isArray(item)) return 'not supported: associative list with lists as elements';
  if (item === null || item === undefined)
    return "associative list without keys has an element that's an explicit null";
  return valueElement(item);
}

function goType(value: Json): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}

function checkScalar(scalar: ScalarAtom, value: Json): string | undefined {
  if (value === null) return undefined;
  switch (scalar) {
    case 'numeric':
      return typeof value === 'number' ? undefined : `expected numeric (int or float), got ${goType(value)}`;
    case 'string':
      return typeof value === 'string'
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${goInner(value)}}`;
    case 'untyped':
      return typeof value !== 'object' ? undefined : `expected any scalar, got &{${goInner(value)}}`;
  }
}
const goSyntax = (value: Json): string =>
  typeof value === 'object'
    ? `${goType(value)}{...}`
    : typeof value === 'string'
      ? JSON.stringify(value)
      : String(value);
const goInner = (value: Json): string => (typeof value === 'string' ? value : goMap(value));

/** What in `value` does not fit the atom. `allowDuplicates` is for stored objects. */
export function validateTyped(atom: Atom, value: Json, allowDuplicates: boolean, path = ''): TypedError[] {
  const form = formOf(atom, value);
  const errors: TypedError[] = [];
  switch (kindOf(form)) {
    case 'map': {
      if (value === null) return errors;
      const map = form.map as MapAtom;
      if (!isObject(value)) return [{ path, message: `expected map, got &{${goInner(value)}}` }];
      for (const [key, item] of Object.entries(value)) {
        const below = memberAtom(map, key);
        if (!below) return [...errors, { path: `${path}.${key}`, message: 'field not declared in schema' }];
        errors.push(...validateTyped(below, item ?? null, allowDuplicates, `${path}.${key}`));
      }
      return errors;
    }
    case 'scalar': {
      const message = checkScalar(form.scalar as ScalarAtom, value);
      return message ? [{ path, message }] : errors;
    }
    case 'list': {
      if (value === null) return errors;
      const list = form.list as ListAtom;
      if (!Array.isArray(value)) return [{ path, message: `expected list, got &{${goInner(value)}}` }];
      const seen = new Set<string>();
      for (const [i, item] of value.entries()) {
        let printed = `[${i}]`;
        if (!list.atomic) {
          const element = itemElement(list, item);
          if (typeof element === 'string') return [...errors, { path, message: `element ${i}: ${element}` }];
          printed = printElement(element);
          if (seen.has(element.id) && !allowDuplicates)
            errors.push({ path, message: `duplicate entries for key ${printed}` });
          seen.add(element.id);
        }
        errors.push(...validateTyped(list.element(), item, allowDuplicates, path + printed));
      }
      return errors;
    }
  }
}

/** Every leaf field and list item that the value mentions. */
export function toFieldSet(atom: Atom, value: Json): FieldSet {
  const out = new FieldSet();
  collect(atom, value, [], out);
  return out;
}

function collect(atom: Atom, value: Json, path: PathElement[], out: FieldSet): void {
  const form = formOf(atom, value);
  if (form.map) {
    if (form.map.atomic) {
      out.insert(path);
      return;
    }
    for (const [key, item] of Object.entries(asMap(value) ?? {})) {
      if (item === undefined) continue;
      const element = fieldElement(key);
      const below = memberAtom(form.map, key);
      const next = [...path, element];
      if (below) collect(below, item, next, out);
      const empty = item === null || (isObject(item) && Object.keys(item).length === 0);
      if (empty || !form.map.field(key)) out.insert(next);
    }
    return;
  }
  if (form.scalar) {
    out.insert(path);
    return;
  }
  const list = form.list as ListAtom;
  if (list.atomic) {
    out.insert(path);
    return;
  }
  const items = asList(value) ?? [];
  const elements = items.map((item) => itemElement(list, item));
  const count = new Map<string, number>();
  for (const element of elements)
    if (typeof element !== 'string') count.set(element.id, (count.get(element.id) ?? 0) + 1);
  elements.forEach((element, i) => {
    if (typeof element === 'string') return;
    const next = [...path, element];
    if ((count.get(element.id) ?? 0) < 2) collect(list.element(), items[i] ?? null, next, out);
    out.insert(next);
  });
}

export interface Comparison {
  removed: FieldSet;
  modified: FieldSet;
  added: FieldSet;
}

/** What changed from `left` to `right`. */
export function compareTyped(atom: Atom, left: Json | undefined, right: Json | undefined): Comparison {
  const out: Comparison = { removed: new FieldSet(), modified: new FieldSet(), added: new FieldSet() };
  compareAt(atom, left, right, [], out);
  return out;
}

function compareAt(
  atom: Atom,
  left: Json | undefined,
  right: Json | undefined,
  path: PathElement[],
  out: Comparison,
): void {
  if (left === undefined && right === undefined) return;
  const leftForm = formOf(atom, left);
  const rightForm = formOf(atom, right);
  let leaf = false;
  if (right === undefined) leaf = compareForm(leftForm, left, right, path, out);
  else if (left === undefined || sameForm(leftForm, rightForm))
    leaf = compareForm(rightForm, left, right, path, out);
  else {
    compareForm(leftForm, left, right, path, out);
    leaf = compareForm(rightForm, left, right, path, out);
  }
  if (leaf) return;
  if (left === undefined) out.added.insert(path);
  else if (right === undefined) out.removed.insert(path);
}

const sameForm = (a: Atom, b: Atom): boolean => a.map === b.map && a.list === b.list && a.scalar === b.scalar;

/** True when the value was treated as a leaf. */
function compareForm(
  form: Atom,
  left: Json | undefined,
  right: Json | undefined,
  path: PathElement[],
  out: Comparison,
): boolean {
  const asLeaf = (): boolean => {
    if (left === undefined) out.added.insert(path);
    else if (right === undefined) out.removed.insert(path);
    else if (!equal(left, right)) out.modified.insert(path);
    return true;
  };
  if (form.map) {
    const a = asMap(left);
    const b = asMap(right);
    const none = Object.keys(a ?? {}).length === 0 && Object.keys(b ?? {}).length === 0;
    if (form.map.atomic || none) return asLeaf();
    for (const key of new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])) {
      const below = memberAtom(form.map, key);
      if (below) compareAt(below, a?.[key], b?.[key], [...path, fieldElement(key)], out);
    }
    return false;
  }
  if (form.scalar) return asLeaf();
  const list = form.list as ListAtom;
  const a = asList(left);
  const b = asList(right);
  if (list.atomic || ((a?.length ?? 0) === 0 && (b?.length ?? 0) === 0)) return asLeaf();
  compareLists(list, a ?? [], b ?? [], path, out);
  return false;
}

function compareLists(
  list: ListAtom,
  left: Json[],
  right: Json[],
  path: PathElement[],
  out: Comparison,
): void {
  const groups = new Map<string, { element: PathElement; left: Json[]; right: Json[] }>();
  for (const [side, items] of [
    ['left', left],
    ['right', right],
  ] as const)
    for (const item of items) {
      const element = itemElement(list, item);
      if (typeof element === 'string') continue;
      const group = groups.get(element.id) ?? { element, left: [], right: [] };
      group[side].push(item);
      groups.set(element.id, group);
    }
  for (const { element, left: a, right: b } of groups.values()) {
    const next = [...path, element];
    if (a.length <= 1 && b.length <= 1) compareAt(list.element(), a[0], b[0], next, out);
    else if (a.length >= 2 && b.length >= 2) {
      if (!equal(a, b)) out.modified.insert(next);
    } else if (a.length >= 2) {
      if (b.length > 0) compareAt(list.element(), undefined, b[0], next, out);
      out.removed.insert(next);
    } else {
      if (a.length > 0) compareAt(list.element(), a[0], undefined, next, out);
      out.added.insert(next);
    }
  }
}

/** `right` merged over `left`: nothing is removed, leaves of `right` win. */
export function mergeTyped(atom: Atom, left: Json | undefined, right: Json | undefined): Json | undefined {
  if (left === undefined && right === undefined) return undefined;
  const leftForm = formOf(atom, left);
  const rightForm = formOf(atom, right);
  const form = right === undefined ? leftForm : rightForm;
  const keep = (): Json | undefined => clone(right !== undefined ? right : left);
  if (form.map) {
    const a = asMap(left);
    const b = asMap(right);
    const none = Object.keys(a ?? {}).length === 0 && Object.keys(b ?? {}).length === 0;
    if (form.map.atomic || none) return keep();
    const out: JsonObject = {};
    for (const key of new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])) {
      const below = memberAtom(form.map, key);
      const merged = below ? mergeTyped(below, a?.[key], b?.[key]) : clone(b?.[key] ?? a?.[key]);
      if (merged !== undefined) out[key] = merged;
    }
    return Object.keys(out).length > 0 ? out : undefined;
  }
  if (form.scalar) return keep();
  const list = form.list as ListAtom;
  const a = asList(left) ?? [];
  const b = asList(right) ?? [];
  if (list.atomic || (a.length === 0 && b.length === 0)) return keep();
  const out = mergeLists(list, a, b);
  return out.length > 0 ? out : undefined;
}

/** Items keep the order of `right`; items only in `left` stay where they were relative to the shared ones. */
function mergeLists(list: ListAtom, left: Json[], right: Json[]): Json[] {
  const ids = (items: Json[]) =>
    items.map((item) => itemElement(list, item)).map((e) => (typeof e === 'string' ? '' : e.id));
  const leftIds = ids(left);
  const rightIds = ids(right);
  const leftItem = new Map<string, Json | undefined>();
  for (const [i, id] of leftIds.entries()) leftItem.set(id, leftItem.has(id) ? undefined : left[i]);
  const rightItem = new Map(rightIds.map((id, i) => [id, right[i]]));
  const shared = rightIds.filter((id) => leftItem.has(id));
  let nextShared = shared.shift();
  const out: Json[] = [];
  const done = new Set<string>();
  const take = (a: Json | undefined, b: Json | undefined) => {
    const merged = mergeTyped(list.element(), a, b);
    if (merged !== undefined) out.push(merged);
  };
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const leftId = leftIds[l];
    const rightId = rightIds[r];
    if (leftId !== undefined && rightId !== undefined) {
      if (leftId === rightId) {
        done.add(leftId);
        take(leftItem.get(leftId), rightItem.get(leftId));
        l++;
        r++;
        nextShared = shared.shift();
        continue;
      }
      if (rightItem.has(leftId) && nextShared !== undefined && nextShared !== leftId) {
        l++;
        continue;
      }
    }
    if (leftId !== undefined) {
      if (!rightItem.has(leftId)) {
        take(left[l], undefined);
        l++;
        continue;
      }
      if (done.has(leftId)) l++;
    }
    if (rightId !== undefined) {
      done.add(rightId);
      take(leftItem.get(rightId), rightItem.get(rightId));
      r++;
      if (nextShared === rightId) nextShared = shared.shift();
    }
  }
  return out;
}

/** The value without the fields and items in `remove`. */
export function removeTyped(atom: Atom, value: Json, remove: FieldSet): Json {
  const form = formOf(atom, value);
  if (form.map) {
    const members = asMap(value);
    if (!members || Object.keys(members).length === 0 || form.map.atomic) return null;
    const out: JsonObject = {};
    for (const [key, item] of Object.entries(members)) {
      const id = `f:${key}`;
      if (item === undefined || remove.members.has(id)) continue;
      const below = remove.below(id);
      const sub = memberAtom(form.map, key);
      out[key] = below && sub ? removeTyped(sub, item, below) : item;
    }
    return Object.keys(out).length > 0 ? out : null;
  }
  if (form.scalar) return value;
  const list = form.list as ListAtom;
  const items = asList(value);
  if (!items || items.length === 0 || list.atomic) return null;
  const out: Json[] = [];
  for (const item of items) {
    const element = itemElement(list, item);
    const id = typeof element === 'string' ? '' : element.id;
    if (remove.members.has(id)) continue;
    const below = remove.below(id);
    out.push(below ? removeTyped(list.element(), item, below) : item);
  }
  return out.length > 0 ? out : null;
}
