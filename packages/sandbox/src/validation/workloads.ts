/** Deployments and the other kinds that make pods. */
import { child, equal, type Json, type JsonObject } from '../json.ts';
import { matchSelector } from '../selector/match.ts';
import { type FieldError, forbiddenField, invalidValue, required } from '../status/index.ts';
import { immutable, labelSelector, nonNegative, objects, oneOf, specOf, text } from './common.ts';
import { podTemplate } from './pod.ts';

/** A selector that is there, selects something, and selects the template. */
function selectorAndTemplate(spec: JsonObject, policies: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  const selector = child(spec, 'selector');
  const template = child(spec, 'template');
  const mismatch = (labels: JsonObject) =>
    invalidValue(
      'spec.template.metadata.labels',
      Object.keys(labels).length > 0 ? labels : null,
      '`selector` does not match template `labels`',
    );
  const labels = child(child(template, 'metadata'), 'labels') ?? {};
  if (!selector) errors.push(required('spec.selector'), mismatch(labels));
  else {
    errors.push(...labelSelector('spec.selector', selector));
    const empty =
      Object.keys(child(selector, 'matchLabels') ?? {}).length + objects(selector.matchExpressions).length ===
      0;
    if (empty)
      errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for deployment'));
    else {
      if (!matchSelector(selector, labels)) errors.push(mismatch(labels));
    }
  }
  errors.push(...podTemplate('spec.template', template, policies));
  return errors;
}

export function validateDeployment(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const errors = [...nonNegative('spec.replicas', spec.replicas), ...selectorAndTemplate(spec, ['Always'])];
  const strategy = child(spec, 'strategy') ?? {};
  errors.push(...oneOf('spec.strategy', strategy.type, ['Recreate', 'RollingUpdate']));
  if (strategy.type === 'Recreate' && strategy.rollingUpdate !== undefined)
    errors.push(
      forbiddenField(
        'spec.strategy.rollingUpdate',
        "may not be specified when strategy `type` is 'Recreate'",
      ),
    );
  errors.push(
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  );
  if (old) errors.push(...immutable('spec.selector', spec.selector, specOf(old).selector));
  return errors;
}

export function validateReplicaSet(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const errors = [...nonNegative('spec.replicas', spec.replicas), ...selectorAndTemplate(spec, ['Always'])];
  if (old) errors.push(...immutable('spec.selector', spec.selector, specOf(old).selector));
  return errors;
}

export function validateDaemonSet(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const errors = selectorAndTemplate(spec, ['Always']);
  errors.push(
    ...oneOf('spec.updateStrategy', child(spec, 'updateStrategy')?.type, ['OnDelete', 'RollingUpdate']),
  );
  if (old) errors.push(...immutable('spec.selector', spec.selector, specOf(old).selector));
  return errors;
}

const STATEFUL =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const STATEFUL_MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export function validateStatefulSet(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const errors = [...nonNegative('spec.replicas', spec.replicas), ...selectorAndTemplate(spec, ['Always'])];
  if (!old) return errors;
  const fixed = (value: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(value).filter(([key]) => !STATEFUL_MUTABLE.includes(key)));
  if (!equal(fixed(spec), fixed(specOf(old)))) errors.push(forbiddenField('spec', STATEFUL));
  return errors;
}

export function validateJob(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const errors: FieldError[] = [];
  for (const field of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
  ])
    errors.push(...nonNegative(`spec.${field}`, spec[field]));
  errors.push(...jobTemplate('spec.template', child(spec, 'template')));
  if (old) {
    const before = specOf(old);
    errors.push(
      ...immutable('spec.completions', spec.completions, before.completions),
      ...immutable('spec.selector', spec.selector, before.selector),
      ...immutable('spec.template', spec.template, before.template),
    );
  }
  return errors;
}

function jobTemplate(at: string, template: JsonObject | undefined): FieldError[] {
  const policy = text(child(template, 'spec')?.restartPolicy);
  const errors = podTemplate(at, template, ['Always', 'OnFailure', 'Never']);
  if (policy === 'Always' || policy === '')
    errors.push({
      type: 'FieldValueNotSupported',
      field: `${at}.spec.restartPolicy`,
      message: `Required value: valid values: "OnFailure", "Never"`,
    });
  return errors.map((error) =>
    error.message.startsWith('Required value: valid') ? { ...error, type: 'FieldValueRequired' } : error,
  );
}

const FIELD = /^(\*|\?|[0-9A-Za-z,\-*/?]+)$/;

function schedule(value: Json | undefined): FieldError[] {
  const source = text(value);
  if (!source) return [required('spec.schedule')];
  if (source.startsWith('@')) return [];
  const parts = source.trim().split(/\s+/);
  if (parts.length !== 5)
    return [
      invalidValue(
        'spec.schedule',
        source,
        `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`,
      ),
    ];
  const bad = parts.find((part) => !FIELD.test(part));
  return bad === undefined
    ? []
    : [
        invalidValue(
          'spec.schedule',
          source,
          `failed to parse int from ${bad}: strconv.Atoi: parsing ${JSON.stringify(bad)}: invalid syntax`,
        ),
      ];
}

export function validateCronJob(object: JsonObject): FieldError[] {
  const spec = specOf(object);
  const inner = child(child(spec, 'jobTemplate'), 'spec');
  return [
    ...schedule(spec.schedule),
    ...oneOf('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']),
    ...jobTemplate('spec.jobTemplate.spec.template', child(inner, 'template')),
  ];
}
