/** Tables for `kubectl get`: recorded columns and our cells for built-in kinds, printer columns for custom ones. */
import type { Env } from '../engine/index.ts';
import { at, type Json, type JsonObject } from '../json.ts';
import type { ResourceType } from '../registry/index.ts';
import { type Column, loadBuiltins } from '../schema/builtin.ts';
import { cellsOf } from './cells.ts';
import { readPath } from './jsonpath.ts';
import { age } from './text.ts';

export interface Tables {
  /** `include`: `Metadata`, `Object` or `None`, what each row carries of its object. */
  list(
    type: ResourceType,
    items: readonly JsonObject[],
    metadata: JsonObject,
    include: string,
    version: string,
  ): JsonObject;
}

export function createTables(env: Env): Tables {
  const builtins = loadBuiltins();
  const nameColumn = (builtins.columns['v1/configmaps'] ?? [])[0] as Column;

  function columnsOf(type: ResourceType): readonly Column[] {
    if (type.custom) {
      const own = type.custom.columns.map((column) => ({
        name: column.name,
        type: column.type,
        format: column.format ?? '',
        description:
          column.description ?? `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
        priority: column.priority ?? 0,
      }));
      return [nameColumn, ...(own.length > 0 ? own : [created()])];
    }
    return builtins.columns[`${type.apiVersion}/${type.resource}`] ?? [nameColumn, created()];
  }

  function created(): Column {
    const column = (builtins.columns['v1/configmaps'] ?? []).find(({ name }) => name === 'Age');
    return { name: 'Age', type: 'date', format: '', description: column?.description ?? '', priority: 0 };
  }

  function customCells(type: ResourceType, object: JsonObject): Json[] {
    const name = at(object, 'metadata', 'name') ?? '';
    const columns = type.custom?.columns ?? [];
    if (columns.length === 0)
      return [
        name,
        at(object, 'metadata', 'creationTimestamp') === undefined
          ? ''
          : age(env.now(), at(object, 'metadata', 'creationTimestamp')),
      ];
    return [name, ...columns.map((column) => cell(column.type, readPath(object, column.jsonPath)[0]))];
  }

  /** The first value at the path as its column's type; undefined values are null cells. */
  function cell(type: string, value: Json | undefined): Json {
    if (value === undefined || value === null) return null;
    if (type === 'date') return typeof value === 'string' ? age(env.now(), value) : '<invalid>';
    if (type === 'integer' || type === 'number') return typeof value === 'number' ? value : null;
    if (type === 'boolean') return typeof value === 'boolean' ? value : null;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }

  return {
    list(type, items, metadata, include, version) {
      const rows: Json[] = items.map((item) => ({
        cells: type.custom ? customCells(type, item) : cellsOf(env, type, item),
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
      const columnDefinitions = columnsOf(type).map((column) => ({ ...column }));
      return { kind: 'Table', apiVersion: `meta.k8s.io/${version}`, metadata, columnDefinitions, rows };
    },
  };
}
