/** What is wrong with the rules of a schema, with the API server's words: found when the definition is written. */
import type { Environment } from '@marcbachmann/cel-js';
import type { RawSchema, ValidationRule } from '../../schema/raw.ts';
import { type FieldError, invalidValue, notSupported, required } from '../../status/index.ts';
import { validateValue } from '../validate.ts';
import { rewritePresence } from './library/presence.ts';
import { failureText } from './messages.ts';
import { ruleErrors } from './rules.ts';
import { typedEnvironment } from './types.ts';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** The rules of this place and of everything below it; `path` is the place inside the definition. */
export function ruleDefinitionErrors(schema: RawSchema, path: string, root = false): FieldError[] {
  const environments = new Map<boolean, Environment>();
  const environmentOf = (rule: ValidationRule): Environment => {
    const optional = rule.optionalOldSelf === true;
    const env = environments.get(optional) ?? typedEnvironment(schema, root, optional);
    environments.set(optional, env);
    return env;
  };
  const errors = (schema['x-kubernetes-validations'] ?? []).flatMap((rule, i) =>
    oneRule(schema, rule, `${path}.x-kubernetes-validations[${i}]`, environmentOf),
  );
  for (const [key, property] of Object.entries(schema.properties ?? {}))
    errors.push(...ruleDefinitionErrors(property, `${path}.properties[${key}]`));
  if (schema.items) errors.push(...ruleDefinitionErrors(schema.items, `${path}.items`));
  if (typeof schema.additionalProperties === 'object')
    errors.push(...ruleDefinitionErrors(schema.additionalProperties, `${path}.additionalProperties`));
  return errors;
}

function oneRule(
  schema: RawSchema,
  rule: ValidationRule,
  path: string,
  environmentOf: (rule: ValidationRule) => Environment,
): FieldError[] {
  const errors: FieldError[] = [];
  if (rule.rule.trim() === '') errors.push(required(`${path}.rule`, 'rule is not specified'));
  if (rule.reason !== undefined && !REASONS.includes(rule.reason))
    errors.push(notSupported(`${path}.reason`, rule.reason, REASONS));
  if (rule.fieldPath !== undefined && !reaches(schema, rule.fieldPath))
    errors.push(invalidValue(`${path}.fieldPath`, rule.fieldPath, 'must be a valid path'));
  if (errors.length > 0) return errors;
  const env = environmentOf(rule);
  const checked = env.check(rewritePresence(rule.rule));
  const problem = checked.valid
    ? checked.type === 'bool' || checked.type === 'dyn'
      ? undefined
      : 'cel expression must evaluate to a bool'
    : `compilation failed: ${failureText(checked.error, rule.rule)}`;
  if (problem) errors.push(invalidValue(`${path}.rule`, shown(rule), problem));
  if (rule.messageExpression) {
    const message = env.check(rewritePresence(rule.messageExpression));
    const wrong = message.valid
      ? message.type === 'string' || message.type === 'dyn'
        ? undefined
        : 'must evaluate to a string'
      : failureText(message.error, rule.messageExpression);
    if (wrong)
      errors.push(
        invalidValue(
          `${path}.messageExpression`,
          shown(rule),
          message.valid
            ? 'messageExpression must evaluate to a string'
            : `messageExpression compilation failed: ${wrong}`,
        ),
      );
  }
  return errors;
}

/** Defaults must fit their schema and its rules. */
export function defaultErrors(schema: RawSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.default !== undefined) {
    const wrong = validateValue(schema, schema.default, undefined, '');
    const found = wrong.length > 0 ? wrong : ruleErrors(schema, schema.default, undefined, '');
    errors.push(...found.map((error) => ({ ...error, field: `${path}.default` })));
  }
  for (const [key, property] of Object.entries(schema.properties ?? {}))
    errors.push(...defaultErrors(property, `${path}.properties[${key}]`));
  if (schema.items) errors.push(...defaultErrors(schema.items, `${path}.items`));
  if (typeof schema.additionalProperties === 'object')
    errors.push(...defaultErrors(schema.additionalProperties, `${path}.additionalProperties`));
  return errors;
}

/** A rule as Go prints it. */
function shown(rule: ValidationRule): unknown {
  return {
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
}

/** Whether a path such as `.a.b['c']` names a member of the schema; lists cannot be entered. */
function reaches(schema: RawSchema, path: string): boolean {
  const steps = [...path.matchAll(/\.([A-Za-z_][\w-]*)|\['((?:[^'\\]|\\.)*)'\]/gy)];
  if (path === '' || steps.map((m) => m[0]).join('') !== path) return false;
  let here: RawSchema | undefined = schema;
  for (const step of steps) {
    const name: string = step[1] ?? step[2] ?? '';
    here =
      here?.properties?.[name] ??
      (typeof here?.additionalProperties === 'object' ? here.additionalProperties : undefined);
    if (!here) return false;
  }
  return true;
}
