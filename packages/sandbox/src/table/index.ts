/** Tables for `kubectl get`. */
import type { Env } from '../engine/index.ts';
import { at, type Json, type JsonObject } from '../json.ts';
import type { ResourceType } from '../registry/index.ts';

export function createTables(env: Env) {
  return {
    list(
      type: ResourceType,
      items: readonly JsonObject[],
      metadata: JsonObject,
      include: string,
      version: string,
    ): JsonObject {
      const columns = [
        { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 },
        { name: 'Age', type: 'string', format: '', description: '', priority: 0 },
      ];
      const rows: Json[] = items.map((item) => ({
        cells: [
          at(item, 'metadata', 'name') ?? '',
          age(env.now(), at(item, 'metadata', 'creationTimestamp')),
        ],
        ...(include === 'None'
          ? {}
          : {
              object:
                include === 'Object'
                  ? item
                  : {
                      kind: 'PartialObjectMetadata',
                      apiVersion: `meta.k8s.io/${version}`,
                      metadata: item.metadata,
                    },
            }),
      }));
      void type;
      return {
        kind: 'Table',
        apiVersion: `meta.k8s.io/${version}`,
        metadata,
        columnDefinitions: columns,
        rows,
      };
    },
  };
}
function age(now: number, since: Json | undefined): string {
  return typeof since === 'string'
    ? `${Math.max(0, Math.floor((now - Date.parse(since)) / 1000))}s`
    : '<unknown>';
}
