/** Running the rules of a schema on an object. */
import { Optional } from '@marcbachmann/cel-js';
import { equal, isObject, type Json } from '../../json.ts';
import type { RawSchema, ValidationRule } from '../../schema/raw.ts';
import { duplicate, type FieldError, forbiddenField, invalidValue, required } from '../../status/index.ts';
import { compile } from './environment.ts';
import { evaluationText } from './messages.ts';
import { typedValue } from './values.ts';

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
  const program = compile(rule.rule);
  const field = rule.fieldPath ? `${path}${rule.fieldPath}` : path;
  const show = field === '' ? '<nil>' : field;
  if (program instanceof Error) return invalidValue(show, type, `rule compile error: ${program.message}`);
  const before = old === undefined ? undefined : typedValue(schema, old);
  const variables = {
    self: typedValue(schema, value),
    oldSelf: rule.optionalOldSelf
      ? before === undefined
        ? Optional.none()
        : Optional.of(before)
      : (before ?? null),
  };
  let outcome: unknown;
  try {
    outcome = program(variables as never);
  } catch (error) {
    return invalidValue(
      show,
      type,
      `${evaluationText(error as Error)} evaluating rule: ${rule.message ?? rule.rule}`,
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
    const program = compile(rule.messageExpression);
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
