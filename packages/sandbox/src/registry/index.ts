/** The resources the server knows: built-in ones from the recorded discovery, custom ones from CRDs. */
import type { Atom } from '../fields/index.ts';
import type { Json, JsonObject } from '../json.ts';
import type { RawSchema } from '../schema/raw.ts';
import type { FieldError, Subject } from '../status/index.ts';
import type { Behaviour } from './behaviour.ts';

/** A client's object, read: without what the kind does not have. */
export interface Read {
  object: JsonObject;
  unknown: string[];
}

export interface ScalePaths {
  specReplicas: string;
  statusReplicas: string;
  labelSelector?: string;
}

/** One resource at one version. */
export interface ResourceType extends Subject {
  version: string;
  apiVersion: string;
  listKind: string;
  singular: string;
  namespaced: boolean;
  shortNames: readonly string[];
  categories: readonly string[];
  verbs: readonly string[];
  subresources: ReadonlySet<string>;
  scale?: ScalePaths;
  /** `group/plural`: where the objects of every version are stored. */
  shelf: string;
  /** The apiVersion under which they are stored. */
  storedAs: string;
  behaviour: Behaviour;
  /** The whole-object schema, for OpenAPI; its definition name is `definition`. */
  definition: string;
  schema(): RawSchema;
  atom(apiVersion: string): Atom | undefined;
  /** Reads a client's object: prunes, defaults, canonicalises. Throws DecodeError. */
  read(object: JsonObject, source?: 'client' | 'apply'): Read;
  /** Applies defaults to an object that came from storage or from an apply. */
  empty(): JsonObject;
  /** The status of a new object; undefined when it has none. */
  initialStatus: Json | undefined;
  convert(object: JsonObject, apiVersion: string): JsonObject;
  /** Schema validation (custom resources); `old` is there for an update. */
  validate?(object: JsonObject, old: JsonObject | undefined, subresource: string): FieldError[];
  custom?: CustomInfo;
  /** Further fields that field selectors may name (of a CRD: JSON paths without the dot). */
  selectable?: readonly string[];
}

export interface CustomInfo {
  crdName: string;
  columns: readonly {
    name: string;
    type: string;
    format?: string;
    description?: string;
    priority?: number;
    jsonPath: string;
  }[];
  deprecated?: string;
  /** The definition is going away: nothing new is taken. */
  terminating?: boolean;
}

export interface Registry {
  /** All resources, groups in discovery order. */
  all(): readonly ResourceType[];
  find(group: string, version: string, plural: string): ResourceType | undefined;
  serves(group: string, version: string): boolean;
  byKind(apiVersion: string, kind: string): ResourceType | undefined;
  /** Any served version of a resource; the preferred one first. */
  anyVersion(shelf: string): ResourceType | undefined;
  /** Replaces the resources of one CRD (an empty list removes them). */
  setCustom(crdName: string, types: readonly ResourceType[]): void;
  /** Group and version names, in discovery order. */
  groups(): { group: string; versions: string[] }[];
}
