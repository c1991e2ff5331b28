/** Who owns which fields: the update of `metadata.managedFields` by ordinary writes, and server-side apply. */
import { at, child, clone, equal, isObject, type Json, type JsonObject, quote } from '../json.ts';
import type { Atom } from './atom.ts';
import { compareText, type PathElement } from './element.ts';
import { decodeManagers, encodeManagers, identify, type Manager, type Managers } from './managers.ts';
import { FieldSet, printPath } from './set.ts';
import {
  type Comparison,
  compareTyped,
  mergeTyped,
  printTypeErrors,
  removeTyped,
  toFieldSet,
  validateTyped,
} from './typed.ts';

/** What field management needs to know of the resource a request is for. */
export interface FieldContext {
  apiVersion: string;
  kind: string;
  subresource?: string;
  /** RFC 3339 seconds. */
  now(): string;
  /** The shape at a version; undefined when the version is gone. */
  atom(apiVersion: string): Atom | undefined;
  /** The object as another version of the same kind. */
  convert(object: JsonObject, apiVersion: string): JsonObject;
  /** An empty object of the kind, as the server would create it. */
  empty(): JsonObject;
  /** Fields that a write through this endpoint never takes (status through the main one, spec through /status). */
  reset?: FieldSet;
}

export interface Conflict {
  manager: string;
  path: string;
}

export class ApplyConflict extends Error {
  readonly conflicts: readonly Conflict[];
  constructor(conflicts: readonly Conflict[]) {
    super(conflictMessage(conflicts));
    this.conflicts = conflicts;
  }
}

/** The applied configuration does not fit the schema (500 on a real server) or is not allowed (400). */
export class InvalidPatch extends Error {
  readonly status: 400 | 500;
  constructor(status: 400 | 500, message: string) {
    super(message);
    this.status = status;
  }
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MAX_UPDATE_MANAGERS = 10;
const CURRENT = 'current-operation';

/** True for `managedFields: []` and `[{}]`: the client asks for a fresh start. */
function isReset(entries: Json | undefined): boolean {
  if (!Array.isArray(entries)) return false;
  return (
    entries.length === 0 ||
    (entries.length === 1 && isObject(entries[0]) && Object.keys(entries[0]).length === 0)
  );
}

function withManagers(object: JsonObject, managers: Managers | undefined): JsonObject {
  const metadata = { ...child(object, 'metadata') };
  delete metadata.managedFields;
  if (managers && managers.size > 0) metadata.managedFields = encodeManagers(managers);
  return { ...object, metadata };
}

const path = (...names: string[]): PathElement[] =>
  names.map((name) => ({ kind: 'field', id: `f:${name}`, name }));
const STRIPPED = new FieldSet();
for (const names of [['apiVersion'], ['kind'], ['metadata']]) STRIPPED.insert(path(...names));
for (const name of [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
])
  STRIPPED.insert(path('metadata', name));

/** One write in progress: the versions of both sides, compared once each. */
function createComparer(context: FieldContext, live: JsonObject, next: JsonObject) {
  const known = new Map<string, Comparison | undefined>();
  return (apiVersion: string): Comparison | undefined => {
    if (!known.has(apiVersion)) {
      const atom = context.atom(apiVersion);
      const compared =
        atom && compareTyped(atom, context.convert(live, apiVersion), context.convert(next, apiVersion));
      const reset = context.reset;
      if (compared && reset && apiVersion === context.apiVersion)
        known.set(apiVersion, {
          removed: compared.removed.recursiveDifference(reset),
          modified: compared.modified.recursiveDifference(reset),
          added: compared.added.recursiveDifference(reset),
        });
      else known.set(apiVersion, compared);
    }
    return known.get(apiVersion);
  };
}

/** Takes changed fields from the other managers; without `force`, overlaps are conflicts. */
function settle(
  context: FieldContext,
  live: JsonObject,
  next: JsonObject,
  managers: Managers,
  writer: string,
  force: boolean,
): Comparison {
  const compare = createComparer(context, live, next);
  const own = compare(context.apiVersion) as Comparison;
  const conflicts: { id: string; set: FieldSet }[] = [];
  for (const [id, manager] of managers) {
    if (id === writer) continue;
    const change = compare(manager.apiVersion);
    if (!change) {
      managers.delete(id);
      continue;
    }
    const overlap = manager.set.intersection(change.modified.union(change.added));
    if (!overlap.empty) conflicts.push({ id, set: overlap });
  }
  if (!force && conflicts.length > 0)
    throw new ApplyConflict(
      conflicts.flatMap(({ id, set }) =>
        [...set.paths()].map((p) => ({
          manager: printManager(managers.get(id) as Manager),
          path: printPath(p),
        })),
      ),
    );
  for (const { id, set } of conflicts) {
    const manager = managers.get(id) as Manager;
    managers.set(id, { ...manager, set: manager.set.difference(set) });
  }
  for (const [id, manager] of managers) {
    if (id !== writer) {
      const change = compare(manager.apiVersion);
      if (change) managers.set(id, { ...manager, set: manager.set.difference(change.removed) });
    }
    if (managers.get(id)?.set.empty) managers.delete(id);
  }
  return own;
}

function strip(managers: Managers, id: string): void {
  const manager = managers.get(id);
  if (!manager) return;
  const set = manager.set.difference(STRIPPED);
  if (set.empty) managers.delete(id);
  else managers.set(id, { ...manager, set });
}

/** An ordinary write by `name`: what it changed becomes its own. */
function recordUpdate(
  context: FieldContext,
  live: JsonObject,
  next: JsonObject,
  managers: Managers,
  name: string,
): void {
  const change = settle(context, live, next, managers, CURRENT, true);
  let set = change.modified.union(change.added);
  if (context.reset) set = set.recursiveDifference(context.reset);
  const current: Manager = {
    name: name || 'unknown',
    operation: 'Update',
    apiVersion: context.apiVersion,
    subresource: context.subresource ?? '',
    // The scale endpoint loses the time on the real server too.
    ...(context.subresource === 'scale' ? {} : { time: context.now() }),
    set,
  };
  managers.set(CURRENT, current);
  strip(managers, CURRENT);
  const mine = managers.get(CURRENT);
  managers.delete(CURRENT);
  if (mine) {
    const id = identify(mine);
    const previous = managers.get(id);
    managers.set(id, previous ? { ...mine, set: mine.set.union(previous.set) } : mine);
  }
  capManagers(managers);
}

/** Beyond ten update managers the oldest are merged into one called `ancient-changes`. */
function capManagers(managers: Managers): void {
  const updaters = [...managers].filter(([, m]) => m.operation === 'Update');
  if (updaters.length <= MAX_UPDATE_MANAGERS) return;
  const seconds = (m: Manager) => (m.time ? Math.floor(Date.parse(m.time) / 1000) : 0);
  updaters.sort(([a, x], [b, y]) => seconds(x) - seconds(y) || compareText(a, b));
  const first = new Map<string, string>();
  let count = updaters.length;
  for (const [id, manager] of updaters) {
    if (count <= MAX_UPDATE_MANAGERS) break;
    const bucket: Manager = {
      name: 'ancient-changes',
      operation: 'Update',
      apiVersion: manager.apiVersion,
      subresource: '',
      set: manager.set,
    };
    const bucketId = identify(bucket);
    const earlier = first.get(manager.apiVersion);
    if (earlier === undefined) {
      first.set(manager.apiVersion, id);
      continue;
    }
    const base = managers.get(bucketId) ?? (managers.get(earlier) as Manager);
    if (!managers.has(bucketId)) managers.delete(earlier);
    managers.delete(id);
    managers.set(bucketId, {
      ...bucket,
      ...(manager.time ? { time: manager.time } : {}),
      set: manager.set.union(base.set),
    });
    count--;
  }
}

/**
 * The object to store after an ordinary write (create, update, patch) by `manager`, managedFields included.
 * `live` is what is stored now, or `context.empty()` for a creation.
 */
export function updateFields(
  context: FieldContext,
  live: JsonObject,
  next: JsonObject,
  manager: string,
): JsonObject {
  const given = at(next, 'metadata', 'managedFields');
  const stored = decodeManagers(at(live, 'metadata', 'managedFields')) ?? new Map<string, Manager>();
  let managers: Managers;
  if (context.subresource) managers = stored;
  else if (isReset(given)) managers = new Map();
  else {
    const decoded = decodeManagers(given);
    managers = decoded && decoded.size > 0 ? decoded : stored;
  }
  const bare = withManagers(next, undefined);
  // An object whose history was wiped is tracked again only from its next apply on.
  if (managers.size === 0 && at(live, 'metadata', 'uid')) return bare;
  recordUpdate(context, live, bare, managers, manager);
  return withManagers(bare, managers);
}

/**
 * Server-side apply of `patch` by `manager` onto `live` (`context.empty()` when there is none).
 * Throws ApplyConflict (unless `force`) and InvalidPatch.
 */
export function applyFields(
  context: FieldContext,
  live: JsonObject,
  patch: JsonObject,
  manager: string,
  force: boolean,
): JsonObject {
  if (patch.apiVersion !== context.apiVersion || patch.kind !== context.kind)
    throw new InvalidPatch(400, `invalid object type: ${printGvk(patch)}`);
  if (at(patch, 'metadata', 'managedFields') !== undefined && at(patch, 'metadata', 'managedFields') !== null)
    throw new InvalidPatch(400, 'metadata.managedFields must be nil');
  const base = (): Managers => {
    const decoded = decodeManagers(at(live, 'metadata', 'managedFields')) ?? new Map<string, Manager>();
    if (decoded.size === 0) recordUpdate(context, context.empty(), live, decoded, 'before-first-apply');
    return decoded;
  };
  let result: JsonObject;
  try {
    result = applyOnce(context, live, patch, base(), manager, force);
  } catch (error) {
    if (!(error instanceof ApplyConflict) || manager !== 'kubectl') throw error;
    const allowed = lastAppliedFields(context, live);
    if (!allowed) throw error;
    const left = error.conflicts.filter((conflict) => !allowed.has(conflict.path));
    if (left.length > 0) throw new ApplyConflict(left);
    result = applyOnce(context, live, patch, base(), manager, true);
  }
  return manager === 'kubectl' ? refreshLastApplied(result, patch) : result;
}

function applyOnce(
  context: FieldContext,
  live: JsonObject,
  patch: JsonObject,
  managers: Managers,
  name: string,
  force: boolean,
): JsonObject {
  const atom = context.atom(context.apiVersion) as Atom;
  const errors = validateTyped(atom, patch, false);
  if (errors.length > 0)
    throw new InvalidPatch(
      500,
      `failed to create typed patch object (${printObject(patch)}): ${printTypeErrors(errors)}`,
    );
  const bareLive = withManagers(live, undefined);
  const merged = (mergeTyped(atom, bareLive, patch) ?? {}) as JsonObject;
  const id = identify({ name, operation: 'Apply', apiVersion: '', subresource: context.subresource ?? '' });
  const last = managers.get(id);
  let set = toFieldSet(atom, patch);
  if (context.reset) set = set.recursiveDifference(context.reset);
  managers.set(id, {
    name,
    operation: 'Apply',
    apiVersion: context.apiVersion,
    subresource: context.subresource ?? '',
    ...(last?.time ? { time: last.time } : {}),
    set,
  });
  const next = last && !last.set.empty ? prune(context, merged, managers, last) : merged;
  settle(context, bareLive, next, managers, id, force);
  strip(managers, id);
  const same = equal(bareLive, next);
  const mine = managers.get(id);
  if (!same && mine) managers.set(id, { ...mine, time: context.now() });
  return withManagers(same ? clone(bareLive) : next, managers);
}

/** Takes out what this manager applied last time, not this time, and nobody else owns. */
function prune(context: FieldContext, merged: JsonObject, managers: Managers, last: Manager): JsonObject {
  const atom = context.atom(last.apiVersion);
  if (!atom) return merged;
  const object = context.convert(merged, last.apiVersion);
  const asObject = (value: Json): JsonObject => (isObject(value) ? value : {});
  let pruned = asObject(removeTyped(atom, object, last.set.withNamedFields(atom)));
  const owned = new Map<string, FieldSet>();
  for (const m of managers.values())
    owned.set(m.apiVersion, (owned.get(m.apiVersion) ?? new FieldSet()).union(m.set));
  let current = object;
  let at_ = last.apiVersion;
  for (const version of [last.apiVersion, ...[...owned.keys()].filter((v) => v !== last.apiVersion)]) {
    const set = owned.get(version);
    const shape = context.atom(version);
    if (!set || !shape) continue;
    current = context.convert(current, version);
    pruned = context.convert(pruned, version);
    at_ = version;
    const all = toFieldSet(shape, current).withNamedFields(shape);
    const kept = toFieldSet(shape, pruned).withNamedFields(shape).union(set.withNamedFields(shape));
    pruned = asObject(removeTyped(shape, current, all.difference(kept)));
  }
  if (at_ !== last.apiVersion) pruned = context.convert(pruned, last.apiVersion);
  const left = toFieldSet(atom, pruned).withNamedFields(atom);
  const all = toFieldSet(atom, object).withNamedFields(atom);
  const gone = all.difference(left).intersection(last.set.withNamedFields(atom));
  return context.convert(asObject(removeTyped(atom, object, gone)), context.apiVersion);
}

/** Paths (printed) that `kubectl apply` without --server-side owned, by its annotation; undefined when unusable. */
function lastAppliedFields(context: FieldContext, live: JsonObject): Set<string> | undefined {
  const text = at(live, 'metadata', 'annotations', LAST_APPLIED);
  const atom = context.atom(context.apiVersion);
  if (typeof text !== 'string' || !text || !atom) return undefined;
  let applied: Json;
  try {
    applied = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  if (!isObject(applied) || applied.apiVersion !== context.apiVersion) return undefined;
  if (validateTyped(atom, applied, false).length > 0) return undefined;
  const change = compareTyped(atom, applied, live);
  const set = toFieldSet(atom, applied)
    .difference(change.modified)
    .difference(change.added)
    .difference(change.removed);
  return new Set([...set.paths()].map(printPath));
}

function refreshLastApplied(object: JsonObject, patch: JsonObject): JsonObject {
  const annotations = child(child(object, 'metadata'), 'annotations');
  if (!annotations?.[LAST_APPLIED]) return object;
  const applied = clone(patch);
  const metadata = (applied.metadata ?? {}) as JsonObject;
  const kept = { ...child(metadata, 'annotations') };
  delete kept[LAST_APPLIED];
  applied.metadata = { ...metadata, ...(isObject(metadata.annotations) ? { annotations: kept } : {}) };
  const text = `${JSON.stringify(sortKeys(applied))}\n`;
  const updated = { ...annotations, [LAST_APPLIED]: text };
  return { ...object, metadata: { ...child(object, 'metadata'), annotations: updated } };
}

function sortKeys(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => compareText(a, b))
      .map(([k, v]) => [k, sortKeys(v)]),
  );
}

function printManager(manager: Manager): string {
  const sub = manager.subresource ? ` with subresource ${quote(manager.subresource)}` : '';
  const using = manager.operation === 'Update' ? ` using ${manager.apiVersion}` : '';
  return `${quote(manager.name)}${sub}${using}`;
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [only] = conflicts;
  if (conflicts.length === 1 && only)
    return `Apply failed with 1 conflict: conflict with ${only.manager}: ${only.path}`;
  const lines: string[] = [];
  for (const manager of [...new Set(conflicts.map((c) => c.manager))].sort(compareText)) {
    lines.push(`conflicts with ${manager}:`);
    for (const conflict of conflicts) if (conflict.manager === manager) lines.push(`- ${conflict.path}`);
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function printGvk(object: JsonObject): string {
  const apiVersion = typeof object.apiVersion === 'string' ? object.apiVersion : '';
  const kind = typeof object.kind === 'string' ? object.kind : '';
  return `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
}

function printObject(object: JsonObject): string {
  const { namespace, name } = (child(object, 'metadata') ?? {}) as { namespace?: string; name?: string };
  return `${namespace ?? ''}/${name ?? ''}; ${printGvk(object)}`;
}
