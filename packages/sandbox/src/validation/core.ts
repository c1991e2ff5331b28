/** ConfigMaps, Secrets, Namespaces. */
import { equal, isObject, type JsonObject, textOf } from '../json.ts';
import { type FieldError, forbiddenField, invalidValue, required, tooLong } from '../status/index.ts';
import { immutable } from './common.ts';

const KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_MESSAGE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function keys(field: string, value: unknown): FieldError[] {
  if (!isObject(value)) return [];
  return Object.keys(value)
    .filter((key) => !KEY.test(key))
    .map((key) => invalidValue(`${field}[${key}]`, key, KEY_MESSAGE));
}

const LARGEST = 1024 * 1024;
const values = (value: unknown): string[] => (isObject(value) ? Object.values(value).map(textOf) : []);
const sizeOf = (value: unknown): number =>
  values(value).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
const bytesOf = (value: unknown): number =>
  values(value).reduce((sum, text) => sum + Buffer.byteLength(text, 'base64'), 0);

const LOCKED = 'field is immutable when `immutable` is set';

export function validateConfigMap(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  if (old?.immutable === true) {
    if (object.immutable !== true) errors.push(forbiddenField('immutable', LOCKED));
    if (!equal(object.data ?? null, old.data ?? null)) errors.push(forbiddenField('data', LOCKED));
    if (!equal(object.binaryData ?? null, old.binaryData ?? null))
      errors.push(forbiddenField('binaryData', LOCKED));
  }
  errors.push(...keys('data', object.data), ...keys('binaryData', object.binaryData));
  const size = sizeOf(object.data) + bytesOf(object.binaryData);
  if (size > LARGEST) errors.push(tooLong('[]', LARGEST));
  if (isObject(object.data) && isObject(object.binaryData))
    for (const key of Object.keys(object.binaryData))
      if (key in object.data)
        errors.push({
          type: 'FieldValueInvalid',
          field: `data[${key}]`,
          message: `Invalid value: ${JSON.stringify(key)}: duplicate of key present in binaryData`,
        });
  return errors;
}

const NEEDED: Record<string, readonly string[]> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

export function validateSecret(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  if (old) {
    errors.push(...immutable('type', object.type, old.type));
    if (old.immutable === true) {
      if (object.immutable !== true) errors.push(forbiddenField('immutable', LOCKED));
      if (!equal(object.data ?? null, old.data ?? null)) errors.push(forbiddenField('data', LOCKED));
    }
  }
  const data = isObject(object.data) ? object.data : {};
  errors.push(...keys('data', data));
  if (bytesOf(data) > LARGEST) errors.push(tooLong('data', LARGEST));
  for (const key of NEEDED[textOf(object.type)] ?? [])
    if (!(key in data)) errors.push(required(`data[${key}]`));
  return errors;
}

export function validateNamespaceUpdate(): FieldError[] {
  return [];
}
