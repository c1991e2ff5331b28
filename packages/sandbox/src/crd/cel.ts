/** CEL rules (`x-kubernetes-validations`): compiled once, evaluated on values typed by the schema. */
import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import { equal, isObject, type Json, type JsonObject } from '../json.ts';
import type { RawSchema, ValidationRule } from '../schema/raw.ts';
import { duplicate, type FieldError, forbiddenField, invalidValue, required } from '../status/index.ts';

const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
const environment = createEnvironment();
const programs = new Map<string, ParseResult | Error>();

function createEnvironment(): Environment {
  const env = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
  });
  const add = (signature: string, handler: (...args: never[]) => unknown) => {
    try {
      env.registerFunction(signature, handler as never);
    } catch {
      // The library already has this one.
    }
  };
  add(
    'string.find(string): string',
    (text: string, pattern: string) => new RegExp(pattern, 'u').exec(text)?.[0] ?? '',
  );
  add('string.findAll(string): list', (text: string, pattern: string) =>
    [...text.matchAll(new RegExp(pattern, 'gu'))].map((m) => m[0]),
  );
  add('list.isSorted(): bool', (list: unknown[]) =>
    list.every((item, i) => i === 0 || (list[i - 1] as string) <= (item as string)),
  );
  add('list.sum(): dyn', (list: bigint[]) => list.reduce((a, b) => a + b, 0n));
  add('list.min(): dyn', (list: bigint[]) => [...list].sort(order)[0]);
  add('list.max(): dyn', (list: bigint[]) => [...list].sort(order).at(-1));
  add('list.indexOf(dyn): int', (list: unknown[], item: unknown) => BigInt(list.indexOf(item)));
  add('list.lastIndexOf(dyn): int', (list: unknown[], item: unknown) => BigInt(list.lastIndexOf(item)));
  add('string.replace(string, string): string', (text: string, from: string, to: string) =>
    text.replaceAll(from, to),
  );
  add('isURL(string): bool', (text: string) => URL.canParse(text));
  return env;
}

/** The compiled rule, or why it does not compile. */
export function compileRule(source: string): ParseResult | Error {
  let found = programs.get(source);
  if (!found) {
    try {
      found = environment.parse(source);
    } catch (error) {
      found = error as Error;
    }
    programs.set(source, found);
  }
  return found;
}

/** Values as CEL sees them: integers are int, others double; reserved names are escaped. */
function typed(schema: RawSchema | undefined, value: Json | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((item) => typed(schema?.items, item));
  if (isObject(value)) {
    const out: Record<string, unknown> = {};
    const extra = typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined || item === null) continue;
      const declared = schema?.properties?.[key];
      out[declared ? escapeName(key) : key] = typed(declared ?? extra, item);
    }
    return out;
  }
  if (typeof value === 'number') {
    const integer = schema?.type === 'integer' || (schema?.type !== 'number' && Number.isInteger(value));
    return integer ? BigInt(value) : value;
  }
  if (typeof value === 'string' && schema?.format === 'date-time') return new Date(value);
  return value;
}

const RESERVED = new Set([
  'true',
  'false',
  'null',
  'in',
  'as',
  'break',
  'const',
  'continue',
  'else',
  'for',
  'function',
  'if',
  'import',
  'let',
  'loop',
  'package',
  'namespace',
  'return',
  'var',
  'void',
  'while',
]);
function escapeName(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

const usesOld = (rule: ValidationRule): boolean => /\boldSelf\b/.test(rule.rule);

/** Runs every rule of the schema below `value`; `old` is the correlated earlier value of an update. */
export function ruleErrors(
  schema: RawSchema,
  value: Json | undefined,
  old: Json | undefined,
  path: string,
): FieldError[] {
  if (value === undefined || value === null) return [];
  const errors: FieldError[] = [];
  const unchanged = old !== undefined && equal(old, value);
  for (const rule of schema['x-kubernetes-validations'] ?? []) {
    const transition = usesOld(rule);
    if (transition && old === undefined && !rule.optionalOldSelf) continue;
    if (!transition && unchanged) continue;
    const error = evaluate(schema, rule, value, old, path);
    if (error) errors.push(error);
  }
  const join = (key: string) => (path ? `${path}.${key}` : key);
  if (Array.isArray(value) && schema.items) {
    const items = schema.items;
    const keys =
      schema['x-kubernetes-list-type'] === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : undefined;
    value.forEach((item, i) => {
      const before =
        keys && Array.isArray(old)
          ? old.find(
              (other) =>
                isObject(other) && isObject(item) && keys.every((key) => equal(other[key], item[key])),
            )
          : undefined;
      errors.push(...ruleErrors(items, item, before, `${path}[${i}]`));
    });
  } else if (isObject(value)) {
    for (const key of Object.keys(value).sort()) {
      const declared = schema.properties?.[key];
      const extra = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
      const below = declared ?? extra;
      if (below)
        errors.push(
          ...ruleErrors(
            below,
            value[key],
            isObject(old) ? old[key] : undefined,
            declared ? join(key) : `${path}[${key}]`,
          ),
        );
    }
  }
  return errors;
}

function evaluate(
  schema: RawSchema,
  rule: ValidationRule,
  value: Json,
  old: Json | undefined,
  path: string,
): FieldError | undefined {
  const type = schema.type ?? (schema['x-kubernetes-int-or-string'] ? 'intOrString' : 'object');
  const program = compileRule(rule.rule);
  const field = rule.fieldPath ? `${path}${rule.fieldPath}` : path;
  const show = field === '' ? '<nil>' : field;
  if (program instanceof Error) return invalidValue(show, type, `rule compile error: ${program.message}`);
  const variables = { self: typed(schema, value), oldSelf: old === undefined ? null : typed(schema, old) };
  let outcome: unknown;
  try {
    outcome = program(variables as never);
  } catch (error) {
    return invalidValue(
      show,
      type,
      `${(error as Error).message} evaluating rule: ${rule.message ?? rule.rule}`,
    );
  }
  if (outcome === true) return undefined;
  const message = messageOf(rule, variables);
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return forbiddenField(show, message);
    case 'FieldValueRequired':
      return required(show, message);
    case 'FieldValueDuplicate':
      return duplicate(show, type);
    default:
      return invalidValue(show, type, message);
  }
}

function messageOf(rule: ValidationRule, variables: Record<string, unknown>): string {
  if (rule.messageExpression) {
    const program = compileRule(rule.messageExpression);
    if (!(program instanceof Error)) {
      try {
        const text = program(variables as never) as unknown;
        if (typeof text === 'string' && text.trim() !== '') return text;
      } catch {
        // Falls back to the plain message, as the real server does.
      }
    }
  }
  return rule.message?.trim() || `failed rule: ${rule.rule.trim()}`;
}

/** Every rule in a schema that does not compile, with its path inside the CRD. */
export function compileErrors(schema: RawSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  (schema['x-kubernetes-validations'] ?? []).forEach((rule, i) => {
    const program = compileRule(rule.rule);
    if (program instanceof Error)
      errors.push(
        invalidValue(
          `${path}.x-kubernetes-validations[${i}].rule`,
          rule as unknown as JsonObject,
          `compilation failed: ${program.message}`,
        ),
      );
  });
  for (const [key, property] of Object.entries(schema.properties ?? {}))
    errors.push(...compileErrors(property, `${path}.properties[${key}]`));
  if (schema.items) errors.push(...compileErrors(schema.items, `${path}.items`));
  if (typeof schema.additionalProperties === 'object')
    errors.push(...compileErrors(schema.additionalProperties, `${path}.additionalProperties`));
  return errors;
}
