/** Which fields of the built-in kinds are strings, from the published OpenAPI document of Kubernetes. */
import { kindTables, tables } from './fields.gen.ts';

/**
 * True when the schema of a built-in kind types the field at `path` (below the object, `['spec', 'replicas']`) as a string.
 * Quantities and int-or-string fields are not strings here: they take a number as well. Always false for other kinds.
 */
export function isStringField(apiVersion: string, kind: string, path: readonly (string | number)[]): boolean {
  const table = kindTables[`${apiVersion}/${kind}`];
  if (table === undefined) return false;
  let code = String(table);
  for (const part of path) {
    if (code.startsWith('*')) code = code.slice(1);
    else if (code === '' || code === 's') return false;
    else code = tables[Number(code)]?.[part] ?? '';
  }
  return code === 's';
}
