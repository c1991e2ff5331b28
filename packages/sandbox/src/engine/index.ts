/** The verbs of the API on resources, without HTTP: each takes a request context and answers an object or throws ApiStatusError. */
import type { Json, JsonObject } from '../json.ts';
import type { Registry, ResourceType } from '../registry/index.ts';
import type { Store } from '../storage/index.ts';
import type { Allocator } from './allocate.ts';

export interface User {
  name: string;
  groups: string[];
}

/** What every request says about itself. */
export interface RequestContext {
  user: User;
  /** Empty for cluster-scoped requests and lists over all namespaces. */
  namespace: string;
  /** `?fieldManager=`, or the first part of the user agent. */
  manager: string;
  dryRun: boolean;
  validation: 'Strict' | 'Warn' | 'Ignore';
  subresource: string;
  /** `?force=` of an apply. */
  force: boolean;
  warn(text: string): void;
}

export interface Env {
  store: Store;
  registry: Registry;
  /** Milliseconds since the epoch. */
  now(): number;
  newUid(): string;
  random(): number;
  /** Validating admission; throws ApiStatusError to refuse. */
  admit(review: AdmissionInput): Promise<void>;
  services: Allocator;
}

export interface AdmissionInput {
  type: ResourceType;
  operation: 'CREATE' | 'UPDATE' | 'DELETE';
  context: RequestContext;
  name: string;
  object: JsonObject | null;
  oldObject: JsonObject | null;
  options: Json;
}

export { createAllocator } from './allocate.ts';
export { createDeleter, type DeleteOptions } from './delete.ts';
export { keyOf, timestamp } from './meta.ts';
export { type ListOptions, type ListResult, list, readOne } from './read.ts';
export { readBody } from './receive.ts';
export { createWriter, type Writer } from './write.ts';
