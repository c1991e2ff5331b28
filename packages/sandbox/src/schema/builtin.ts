/** The recorded schemas, discovery and defaults of the built-in kinds (`data/`, see `scripts/`). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '../json.ts';
import type { RawSchema } from './raw.ts';

export interface DiscoverySubresource {
  subresource: string;
  responseKind?: { group: string; version: string; kind: string };
  verbs: string[];
}
export interface DiscoveryResource {
  resource: string;
  responseKind: { group: string; version: string; kind: string };
  scope: 'Namespaced' | 'Cluster';
  singularResource: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  subresources?: DiscoverySubresource[];
}
export interface DiscoveryGroup {
  group: string;
  versions: { version: string; resources: DiscoveryResource[] }[];
}
export interface Defaults {
  /** By definition: fields that keep an explicit zero (pointers, and fields written always). */
  keepZero: Record<string, string[]>;
  /** By definition: fields written as null when absent. */
  nulls: Record<string, string[]>;
  /** By definition: the value of each absent field that gets one. */
  defaults: Record<string, JsonObject>;
  /** The same by place (`apps/v1/Deployment spec template ...`), where a place differs. */
  exceptions: Record<string, JsonObject>;
}
export interface Column {
  name: string;
  type: string;
  format: string;
  description: string;
  priority: number;
}
export interface Builtins {
  version: { major: string; minor: string; gitVersion: string };
  groups: DiscoveryGroup[];
  schemas: Record<string, RawSchema>;
  defaults: Defaults;
  /** The table columns of a resource, by `group/version/plural` (`v1/pods`). */
  columns: Record<string, Column[]>;
  /** The definition of a kind, by `group/version/Kind` (`/v1/Pod` in the core group). */
  definitionOf(group: string, version: string, kind: string): string | undefined;
}

const folder = new URL('../../data/generated/', import.meta.url);
const read = (name: string): Buffer => readFileSync(new URL(name, folder));

let loaded: Builtins | undefined;

/** Reads the recorded data, once per process. */
export function loadBuiltins(): Builtins {
  if (loaded) return loaded;
  const { groups, ...version } = JSON.parse(read('discovery.json').toString()) as Builtins['version'] & {
    groups: DiscoveryGroup[];
  };
  const schemas = JSON.parse(gunzipSync(read('openapi.json.gz')).toString()) as Record<string, RawSchema>;
  const defaults = JSON.parse(read('defaults.json').toString()) as Defaults;
  const index = new Map<string, string>();
  for (const [name, raw] of Object.entries(schemas)) {
    const kinds = raw['x-kubernetes-group-version-kind'] ?? [];
    // Shared types (DeleteOptions, WatchEvent) are listed for every group: not a kind of their own.
    if (kinds.length > 5) continue;
    for (const { group, version: v, kind } of kinds) index.set(`${group}/${v}/${kind}`, name);
  }
  loaded = {
    version,
    groups,
    schemas,
    defaults,
    columns: JSON.parse(gunzipSync(read('columns.json.gz')).toString()) as Builtins['columns'],
    definitionOf: (group, v, kind) => index.get(`${group}/${v}/${kind}`),
  };
  return loaded;
}
