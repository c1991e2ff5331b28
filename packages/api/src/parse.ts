import type * as z from 'zod';
import {
  registrySchema,
  type Tenant,
  type TenantRegistry,
  type TenantTemplate,
  templateSchema,
  tenantSchema,
} from './schema/objects.ts';

/** One thing that is wrong with an object: where (`spec.source.mysql.host`) and what, in a sentence. */
export interface ParseError {
  readonly path: string;
  readonly message: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly ParseError[] };

/**
 * Reads an object as it came from the API server or a file: defaults are filled in, unknown fields are left out
 * (those of metadata are kept). Never throws; what the API server would refuse is reported, rules included.
 */
export function parseTenantRegistry(object: unknown): Parsed<TenantRegistry> {
  return parse(registrySchema, object);
}

/** See {@link parseTenantRegistry}. */
export function parseTenantTemplate(object: unknown): Parsed<TenantTemplate> {
  return parse(templateSchema, object);
}

/** See {@link parseTenantRegistry}. */
export function parseTenant(object: unknown): Parsed<Tenant> {
  return parse(tenantSchema, object);
}

function parse<T>(schema: z.ZodType<T>, object: unknown): Parsed<T> {
  const result = schema.safeParse(object, { reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, errors: result.error.issues.map(describe) };
}

function describe(issue: z.core.$ZodIssue): ParseError {
  const path = issue.path.reduce<string>(appendStep, '');
  return { path, message: sentence(issue) };
}

function appendStep(path: string, step: PropertyKey): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  return path === '' ? String(step) : `${path}.${String(step)}`;
}

function sentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is required';
      return `must be ${articled(issue.expected)}, not ${shown(issue.input)}`;
    case 'invalid_value':
      if (issue.input === undefined) return 'is required';
      return `must be ${oneOf(issue.values)}, not ${shown(issue.input)}`;
    case 'too_small':
      if (issue.origin === 'string') return issue.minimum === 1 ? 'must not be empty' : issue.message;
      return `must be at least ${issue.minimum}, not ${shown(issue.input)}`;
    case 'too_big':
      if (issue.origin === 'string') return `must be at most ${issue.maximum} characters long`;
      if (issue.origin === 'array') return `must have at most ${issue.maximum} entries`;
      return `must be at most ${issue.maximum}, not ${shown(issue.input)}`;
    case 'invalid_format':
      return issue.format === 'datetime' ? `must be a time such as 2026-01-31T12:00:00Z` : issue.message;
    default:
      return issue.message;
  }
}

function articled(type: string): string {
  const names: Record<string, string> = {
    record: 'an object',
    object: 'an object',
    array: 'a list',
    int: 'an integer',
  };
  return names[type] ?? `a ${type}`;
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? shown(values[0]) : `one of ${values.map(shown).join(', ')}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
