/**
 * Field ownership: sets of field paths, typed comparison, merge and removal, and the managers of an object.
 * The rules are those of Kubernetes' server-side apply (KEP-555, structured-merge-diff), so that managedFields
 * and conflicts come out as on a real API server.
 */
export type { Atom, ListAtom, MapAtom } from './atom.ts';
export { createAtomCompiler, DEDUCED } from './atom.ts';
export type { PathElement } from './element.ts';
export type { Conflict } from './manager.ts';
export { ApplyConflict, applyFields, type FieldContext, InvalidPatch, updateFields } from './manager.ts';
export { FieldSet } from './set.ts';
export { decodeSet, encodeSet } from './wire.ts';
