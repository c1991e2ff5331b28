/** Claims, budgets, autoscalers, leases, bindings. */
import { child, equal, isObject, type JsonObject } from '../json.ts';
import { type FieldError, forbiddenField, invalidValue, required } from '../status/index.ts';
import { labelSelector, objects, oneOf, specOf, text } from './common.ts';

const CLAIM =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

export function validatePvc(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const errors: FieldError[] = [];
  const modes = Array.isArray(spec.accessModes) ? spec.accessModes : [];
  if (modes.length === 0) errors.push(required('spec.accessModes', 'at least 1 access mode is required'));
  for (const mode of modes)
    errors.push(
      ...oneOf('spec.accessModes', mode, [
        'ReadOnlyMany',
        'ReadWriteMany',
        'ReadWriteOnce',
        'ReadWriteOncePod',
      ]),
    );
  if (child(child(spec, 'resources'), 'requests')?.storage === undefined)
    errors.push(required('spec.resources[storage]'));
  if (!old) return errors;
  const before = specOf(old);
  const fixed = ({
    resources: _r,
    volumeName: _v,
    volumeAttributesClassName: _a,
    ...rest
  }: JsonObject): JsonObject => rest;
  const grown = equal(spec.resources ?? null, before.resources ?? null) || text(before.volumeName) !== '';
  if (!equal(fixed(spec), fixed(before)) || !grown) errors.push(forbiddenField('spec', CLAIM));
  return errors;
}

export function validatePdb(object: JsonObject): FieldError[] {
  const spec = specOf(object);
  const errors = labelSelector('spec.selector', spec.selector);
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined)
    errors.push(invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  return errors;
}

export function validateHpa(object: JsonObject): FieldError[] {
  const spec = specOf(object);
  const errors: FieldError[] = [];
  const ref = child(spec, 'scaleTargetRef') ?? {};
  if (!text(ref.apiVersion))
    errors.push(invalidValue('spec.scaleTargetRef.apiVersion', '', 'apiVersion must specify API group'));
  for (const field of ['kind', 'name'])
    if (!text(ref[field])) errors.push(required(`spec.scaleTargetRef.${field}`));
  const { minReplicas: min, maxReplicas: max } = spec;
  if (typeof min === 'number' && min < 1)
    errors.push(invalidValue('spec.minReplicas', min, 'must be greater than or equal to 1'));
  if (typeof max !== 'number' || max < 1)
    errors.push(invalidValue('spec.maxReplicas', max ?? 0, 'must be greater than 0'));
  if (typeof min === 'number' && (typeof max === 'number' ? max : 0) < min)
    errors.push(invalidValue('spec.maxReplicas', max ?? 0, 'must be greater than or equal to `minReplicas`'));
  return errors;
}

export function validateLease(object: JsonObject): FieldError[] {
  const spec = specOf(object);
  const errors: FieldError[] = [];
  if (typeof spec.leaseDurationSeconds === 'number' && spec.leaseDurationSeconds <= 0)
    errors.push(
      invalidValue('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0'),
    );
  if (typeof spec.leaseTransitions === 'number' && spec.leaseTransitions < 0)
    errors.push(
      invalidValue('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0'),
    );
  return errors;
}

export function validateEvent(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  if (old) return [];
  const errors: FieldError[] = [];
  const about = child(object, 'involvedObject') ?? child(object, 'regarding') ?? {};
  const namespace = text(child(object, 'metadata')?.namespace);
  // Of objects without a namespace, events are in the default one.
  if (text(about.namespace) !== namespace && !(text(about.namespace) === '' && namespace === 'default'))
    errors.push(
      invalidValue('involvedObject.namespace', text(about.namespace), 'does not match event.namespace'),
    );
  if (object.apiVersion !== 'events.k8s.io/v1') return errors;
  if (object.eventTime === undefined || object.eventTime === null) {
    errors.push(required('eventTime'));
    if (!text(object.type)) errors.push(invalidValue('type', '', 'has invalid value: '));
  }
  return errors;
}

export function validateRevision(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const { revision } = object;
  if (typeof revision === 'number' && revision < 0)
    errors.push(invalidValue('revision', revision, 'must be greater than or equal to 0'));
  if (object.data === undefined || object.data === null) errors.push(required('data', 'data is mandatory'));
  else if (old && !equal(object.data, old.data))
    errors.push(invalidValue('data', object.data, 'field is immutable'));
  return errors;
}

export function validateRoleBinding(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const ref = isObject(object.roleRef) ? object.roleRef : {};
  if (!text(ref.name)) errors.push(required('roleRef.name'));
  if (!['Role', 'ClusterRole'].includes(text(ref.kind)))
    errors.push(...oneOf('roleRef.kind', ref.kind, ['Role', 'ClusterRole']));
  for (const [i, subject] of objects(object.subjects).entries())
    if (!text(subject.name)) errors.push(required(`subjects[${i}].name`));
  if (old && !equal(object.roleRef ?? null, old.roleRef ?? null))
    errors.push(invalidValue('roleRef', object.roleRef, 'cannot change roleRef'));
  return errors;
}
