/**
 * Writes: one object of a tenant is created, updated, released or deleted, never another's.
 *
 * A first creation is an apply with `metadata.resourceVersion: "1"`, which the server answers with 409 when the object exists
 * (tried on 1.34; a POST would record another kind of ownership, and later removals of fields would stop working). Every later
 * apply carries the object's UID and fails when it was replaced.
 */

export { describeFailure, type WriteFailure } from './failure.ts';
export { impersonate, type ServiceAccountRef } from './impersonate.ts';
export { type ApplyContext, applyItem, type ItemResult, refOf } from './item.ts';
export { type BuildOptions, buildManifest } from './manifest.ts';
export { ownMarks } from './marks.ts';
export { type RemovalResult, removeObject } from './remove.ts';
