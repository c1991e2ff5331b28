/** Validation of built-in kinds beyond their metadata. */
import { validateCrd } from '../crd/definition.ts';
import type { JsonObject } from '../json.ts';
import type { FieldError } from '../status/index.ts';

export const validators: Record<string, (object: JsonObject, old: JsonObject | undefined) => FieldError[]> = {
  'apiextensions.k8s.io/customresourcedefinitions': validateCrd,
};
