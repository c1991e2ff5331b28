/** Which fields a kind's schema types as strings: there, an expression that ends in a number stays text. */
import { isStringField } from '@tenant-operator/api';
import type { FieldTyping } from './tree.ts';

/** For kinds that are not built in nothing is known, so that a whole expression keeps its type. */
export function fieldTyping(apiVersion: string, kind: string): FieldTyping {
  return { isText: (path) => isStringField(apiVersion, kind, path) };
}
