/** Rules that several kinds share. */
import { child, equal, isObject, type Json, type JsonObject } from '../json.ts';
import { labelErrors } from '../registry/names.ts';
import { type FieldError, invalidValue, notSupported, required } from '../status/index.ts';

export const objects = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.map((item) => (isObject(item) ? item : {})) : [];
export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
export const specOf = (object: JsonObject | undefined): JsonObject => child(object, 'spec') ?? {};

export function immutable(field: string, now: Json | undefined, was: Json | undefined): FieldError[] {
  return equal(now ?? null, was ?? null) ? [] : [invalidValue(field, now ?? null, 'field is immutable')];
}

export function nonNegative(field: string, value: Json | undefined): FieldError[] {
  return typeof value === 'number' && value < 0
    ? [invalidValue(field, value, 'must be greater than or equal to 0')]
    : [];
}

export function portNumber(field: string, value: Json | undefined): FieldError[] {
  return typeof value === 'number' && (value < 1 || value > 65535)
    ? [invalidValue(field, value, 'must be between 1 and 65535, inclusive')]
    : [];
}

export function oneOf(field: string, value: Json | undefined, supported: readonly string[]): FieldError[] {
  return typeof value === 'string' && value !== '' && supported.includes(value)
    ? []
    : [notSupported(field, value ?? '', supported)];
}

export function dnsLabel(field: string, value: Json | undefined): FieldError[] {
  if (!text(value)) return [required(field)];
  return labelErrors(text(value)).map((message) => invalidValue(field, value, message));
}

/** A label selector of `matchLabels` and `matchExpressions`. */
export function labelSelector(field: string, value: Json | undefined): FieldError[] {
  if (!isObject(value)) return [];
  const errors: FieldError[] = [];
  for (const [i, expression] of objects(value.matchExpressions).entries()) {
    const at = `${field}.matchExpressions[${i}]`;
    const operator = text(expression.operator);
    const values = Array.isArray(expression.values) ? expression.values : [];
    if (['In', 'NotIn'].includes(operator)) {
      if (values.length === 0)
        errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (!['Exists', 'DoesNotExist'].includes(operator))
      errors.push(invalidValue(`${at}.operator`, operator, 'not a valid selector operator'));
  }
  return errors;
}
