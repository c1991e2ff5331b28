/** Name and metadata rules with the messages of apimachinery's validation. */
import { compareText } from '../fields/element.ts';
import { child, isObject, type JsonObject, textOf } from '../json.ts';
import { type FieldError, forbiddenField, invalidValue, required } from '../status/index.ts';

const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_MESSAGE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const LABEL_1035_MESSAGE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const QUALIFIED_MESSAGE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE_MESSAGE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const atMost = (max: number): string =>
  `must be no more than ${max} ${max === 63 || max === 253 ? 'bytes' : 'characters'}`;

export function subdomainErrors(name: string): string[] {
  const out: string[] = [];
  if (name.length > 253) out.push(atMost(253));
  if (!SUBDOMAIN.test(name)) out.push(SUBDOMAIN_MESSAGE);
  return out;
}

export function labelErrors(name: string): string[] {
  const out: string[] = [];
  if (name.length > 63) out.push(atMost(63));
  if (!LABEL.test(name)) out.push(SUBDOMAIN.test(name) ? 'must not contain dots' : LABEL_MESSAGE);
  return out;
}

export function label1035Errors(name: string): string[] {
  const out: string[] = [];
  if (name.length > 63) out.push(atMost(63));
  if (!LABEL_1035.test(name)) out.push(LABEL_1035_MESSAGE);
  return out;
}

function pathErrors(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((bad) => name.includes(bad)).map((bad) => `may not contain '${bad}'`);
}

const RULES = {
  subdomain: subdomainErrors,
  label: labelErrors,
  label1035: label1035Errors,
  path: pathErrors,
};

/** Why `name` is no name of the kind; empty when it is one. */
export function nameErrors(rule: keyof typeof RULES, name: string): string[] {
  return RULES[rule](name);
}

/** A qualified name: `name` or `prefix/name`. */
export function qualifiedErrors(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2)
    return [
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ];
  const out: string[] = [];
  const name = parts.at(-1) as string;
  if (parts.length === 2) {
    const prefix = parts[0] as string;
    if (!prefix) out.push('prefix part must be non-empty');
    else out.push(...subdomainErrors(prefix).map((message) => `prefix part ${message}`));
  }
  if (!name) out.push('name part must be non-empty');
  else if (name.length > 63) out.push('name part must be no more than 63 bytes');
  if (!QUALIFIED.test(name)) out.push(QUALIFIED_MESSAGE);
  return out;
}

export function labelValueErrors(value: string): string[] {
  const out: string[] = [];
  if (value.length > 63) out.push(atMost(63));
  if (!LABEL_VALUE.test(value)) out.push(LABEL_VALUE_MESSAGE);
  return out;
}

export function validateLabels(labels: unknown, field: string): FieldError[] {
  if (!isObject(labels)) return [];
  const out: FieldError[] = [];
  for (const key of Object.keys(labels).sort(compareText)) {
    out.push(...qualifiedErrors(key).map((message) => invalidValue(field, key, message)));
    out.push(
      ...labelValueErrors(textOf(labels[key])).map((message) =>
        invalidValue(field, textOf(labels[key]), message),
      ),
    );
  }
  return out;
}

/** Metadata of any object, at creation or after an update. */
export function validateMetadata(
  metadata: JsonObject,
  namespaced: boolean,
  rule: keyof typeof RULES,
  custom: boolean,
): FieldError[] {
  const out: FieldError[] = [];
  const { name, generateName, namespace } = metadata as {
    name?: string;
    generateName?: string;
    namespace?: string;
  };
  if (generateName) {
    const errors = nameErrors(
      rule,
      generateName.endsWith('-') ? `${generateName.slice(0, -1)}a` : generateName,
    );
    out.push(...errors.map((message) => invalidValue('metadata.generateName', generateName, message)));
  }
  if (!name) out.push(required('metadata.name', 'name or generateName is required'));
  else out.push(...nameErrors(rule, name).map((message) => invalidValue('metadata.name', name, message)));
  if (namespaced) {
    if (!namespace) out.push(required('metadata.namespace'));
    else
      out.push(
        ...labelErrors(namespace).map((message) => invalidValue('metadata.namespace', namespace, message)),
      );
  } else if (namespace) out.push(forbiddenField('metadata.namespace', 'not allowed on this type'));
  out.push(...validateLabels(metadata.labels, 'metadata.labels'));
  out.push(...validateAnnotations(metadata.annotations));
  out.push(...validateOwners(metadata.ownerReferences));
  for (const [i, finalizer] of (Array.isArray(metadata.finalizers) ? metadata.finalizers : []).entries())
    out.push(...finalizerErrors(textOf(finalizer), i, custom));
  return out;
}

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

function finalizerErrors(finalizer: string, index: number, custom: boolean): FieldError[] {
  const errors = qualifiedErrors(finalizer).map((message) =>
    invalidValue('metadata.finalizers', finalizer, message),
  );
  if (!custom && !finalizer.includes('/') && !STANDARD_FINALIZERS.includes(finalizer))
    errors.push(
      invalidValue(
        `metadata.finalizers[${index}]`,
        finalizer,
        'name is neither a standard finalizer name nor is it fully qualified',
      ),
    );
  return errors;
}

function validateAnnotations(annotations: unknown): FieldError[] {
  if (!isObject(annotations)) return [];
  const out: FieldError[] = [];
  let size = 0;
  for (const key of Object.keys(annotations).sort(compareText)) {
    out.push(
      ...qualifiedErrors(key.toLowerCase()).map((message) =>
        invalidValue('metadata.annotations', key, message),
      ),
    );
    size += key.length + textOf(annotations[key]).length;
  }
  if (size > 256 * 1024)
    out.push({
      type: 'FieldValueTooLong',
      field: 'metadata.annotations',
      message: 'Too long: may not be more than 262144 bytes',
    });
  return out;
}

function validateOwners(owners: unknown): FieldError[] {
  if (!Array.isArray(owners)) return [];
  const out: FieldError[] = [];
  let controller: string | undefined;
  for (const [i, owner] of owners.entries()) {
    if (!isObject(owner)) continue;
    const field = `metadata.ownerReferences[${i}]`.replace(/\[\d+\]$/, '');
    if (!owner.apiVersion)
      out.push(invalidValue(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'));
    if (!owner.kind) out.push(invalidValue(`${field}.kind`, '', 'must not be empty'));
    if (!owner.name) out.push(invalidValue(`${field}.name`, '', 'must not be empty'));
    if (!owner.uid) out.push(invalidValue(`${field}.uid`, '', 'must not be empty'));
    if (owner.controller !== true) continue;
    const name = `${textOf(owner.kind)}/${textOf(owner.name)}`;
    if (controller !== undefined)
      out.push(
        invalidValue(
          field,
          owners,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`,
        ),
      );
    controller = name;
  }
  return out;
}

/** What an update may not change in the metadata. */
export function validateMetadataUpdate(next: JsonObject, old: JsonObject): FieldError[] {
  const out: FieldError[] = [];
  const a = child(next, 'metadata') ?? {};
  const b = child(old, 'metadata') ?? {};
  for (const field of [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ])
    if ((a[field] ?? null) !== (b[field] ?? null))
      out.push(invalidValue(`metadata.${field}`, a[field] ?? null, 'field is immutable'));
  if (b.deletionTimestamp) {
    const before = new Set(Array.isArray(b.finalizers) ? b.finalizers.map(String) : []);
    const added = (Array.isArray(a.finalizers) ? a.finalizers.map(String) : []).filter((f) => !before.has(f));
    if (added.length > 0)
      out.push(
        forbiddenField(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((f) => JSON.stringify(f)).join(', ')}}`,
        ),
      );
  }
  return out;
}
