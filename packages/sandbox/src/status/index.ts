/** Failures as the Kubernetes `Status` object, with the reasons and texts a real API server uses. */
import type { JsonObject } from '../json.ts';
import { quote } from '../json.ts';

export interface Cause {
  reason?: string;
  message: string;
  field?: string;
}

/** One failed field of a validation. */
export interface FieldError {
  type:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueNotFound'
    | 'FieldValueTypeInvalid';
  field: string;
  /** The text after the field name, e.g. `Required value`. */
  message: string;
}

export class ApiStatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: JsonObject | undefined;
  constructor(code: number, reason: string, message: string, details?: JsonObject) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
  toStatus(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason ? { reason: this.reason } : {}),
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    };
  }
}

/** What an error names: the resource for most, the kind for validation. */
export interface Subject {
  group: string;
  resource: string;
  kind: string;
}

const qualified = (group: string, name: string): string => (group ? `${name}.${group}` : name);
const details = (subject: Subject, name: string): JsonObject => ({
  ...(name ? { name } : {}),
  ...(subject.group ? { group: subject.group } : {}),
  kind: subject.resource,
});

export function notFound(subject: Subject, name: string): ApiStatusError {
  const what = `${qualified(subject.group, subject.resource)} ${quote(name)} not found`;
  return new ApiStatusError(404, 'NotFound', what, details(subject, name));
}

/** A path that no resource answers. */
export function noSuchResource(): ApiStatusError {
  return new ApiStatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(subject: Subject, name: string, deleting: boolean): ApiStatusError {
  const what = `${qualified(subject.group, subject.resource)} ${quote(name)} already exists`;
  const message = deleting ? `object is being deleted: ${what}` : what;
  return new ApiStatusError(409, 'AlreadyExists', message, details(subject, name));
}

export function conflict(subject: Subject, name: string, why: string): ApiStatusError {
  const message = `Operation cannot be fulfilled on ${qualified(subject.group, subject.resource)} ${quote(name)}: ${why}`;
  return new ApiStatusError(409, 'Conflict', message, details(subject, name));
}

export const STALE =
  'the object has been modified; please apply your changes to the latest version and try again';

export function badRequest(message: string): ApiStatusError {
  return new ApiStatusError(400, 'BadRequest', message);
}

export function forbidden(subject: Subject, name: string, why: string): ApiStatusError {
  const what = name
    ? `${qualified(subject.group, subject.resource)} ${quote(name)}`
    : qualified(subject.group, subject.resource);
  return new ApiStatusError(403, 'Forbidden', `${what} is forbidden: ${why}`, details(subject, name));
}

export function methodNotAllowed(): ApiStatusError {
  return new ApiStatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

export function gone(message: string): ApiStatusError {
  return new ApiStatusError(410, 'Expired', message);
}

export function internal(message: string): ApiStatusError {
  return new ApiStatusError(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }],
  });
}

/** A failure with an HTTP code and a text, without a reason of its own. */
export function plainFailure(code: number, message: string): ApiStatusError {
  return new ApiStatusError(code, '', message);
}

export function invalid(
  group: string,
  kind: string,
  name: string,
  errors: readonly FieldError[],
): ApiStatusError {
  const texts = errors.map((error) => `${error.field}: ${error.message}`);
  const unique = [...new Set(texts)];
  const all = unique.length === 1 ? unique[0] : `[${unique.join(', ')}]`;
  const what = qualified(group, kind);
  return new ApiStatusError(422, 'Invalid', `${what} ${quote(name)} is invalid: ${all}`, {
    ...(name ? { name } : {}),
    ...(group ? { group } : {}),
    ...(kind ? { kind } : {}),
    causes: errors.map((error) => ({ reason: error.type, message: error.message, field: error.field })),
  });
}

export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, message: `Required value${detail ? `: ${detail}` : ''}` };
}

export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${print(value)}: ${detail}` };
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map(quote).join(', ');
  return {
    type: 'FieldValueNotSupported',
    field,
    message: `Unsupported value: ${print(value)}: supported values: ${list}`,
  };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, message: `Forbidden: ${detail}` };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field, message: `Duplicate value: ${print(value)}` };
}

export function tooLong(field: string, max: number): FieldError {
  return { type: 'FieldValueTooLong', field, message: `Too long: may not be more than ${max} bytes` };
}

function print(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  const text = JSON.stringify(value);
  // Go escapes these inside objects, for pages in browsers.
  return typeof value === 'object'
    ? text.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026')
    : text;
}
