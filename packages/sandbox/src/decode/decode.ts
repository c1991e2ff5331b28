/**
 * From a client's JSON to the form in which the API server would store and answer it: unknown fields out (and
 * reported), nulls and empty optional fields out, defaults in, quantities and times canonical. Everything here
 * follows from the recorded schemas and defaults.
 */
import { clone, isObject, type Json, type JsonObject } from '../json.ts';
import type { Builtins } from '../schema/builtin.ts';
import { type RawSchema, refName } from '../schema/raw.ts';
import { canonicalQuantity } from './quantity.ts';
import { adjustDefaults } from './rules.ts';

/** The text does not fit the type; the message is what Go's decoder says. */
export class DecodeError extends Error {}

export interface Decoded {
  object: JsonObject;
  /** Fields the kind does not have, in the order met. */
  unknown: string[];
}

export interface Decoder {
  /** Throws DecodeError. `defaults: false` leaves absent fields absent, save those Go always writes. */
  decode(definition: string, root: string, value: JsonObject, options?: { defaults?: boolean }): Decoded;
  /** What the server starts from when it creates an object of the kind: only the fields Go always writes. */
  empty(definition: string): JsonObject;
}

interface Field {
  raw: RawSchema;
  ref: string | undefined;
  keepZero: boolean;
}
interface Struct {
  name: string;
  fields: Map<string, Field>;
  /** Values of fields that are always written. */
  always: JsonObject;
  defaults: JsonObject;
}
interface Walk {
  unknown: string[];
  defaults: boolean;
  root: string;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const TIMES = new Set([`${META}Time`, `${META}MicroTime`]);
const OPAQUE_NAME = /(RawExtension|FieldsV1|\.JSON|JSONSchemaPropsOr\w+)$/;
/** Stored as the client sent them. */
const VERBATIM = new Set(['metadata.managedFields']);

export function createDecoder(builtins: Builtins): Decoder {
  const structs = new Map<string, Struct>();
  const { schemas, defaults: recorded } = builtins;

  function structOf(name: string): Struct | undefined {
    const known = structs.get(name);
    if (known) return known;
    const raw = schemas[name];
    if (!raw?.properties) return undefined;
    const struct: Struct = { name, fields: new Map(), always: {}, defaults: recorded.defaults[name] ?? {} };
    structs.set(name, struct);
    const keep = new Set(recorded.keepZero[name]);
    for (const field of recorded.nulls[name] ?? []) struct.always[field] = null;
    for (const [field, property] of Object.entries(raw.properties)) {
      const ref = refName(property);
      // Free-form JSON is kept as it is: a default of false is not no default.
      const keepZero = keep.has(field) || (ref !== undefined && OPAQUE_NAME.test(ref));
      struct.fields.set(field, { raw: property, ref, keepZero });
      // A time that is no pointer is written as null.
      if (name.endsWith('Condition') && ref !== undefined && TIMES.has(ref)) struct.always[field] = null;
      const value = property.default;
      if (
        isObject(value) &&
        Object.keys(value).length === 0 &&
        ref &&
        !OPAQUE_NAME.test(ref) &&
        ref !== QUANTITY
      )
        struct.always[field] = schemas[ref]?.properties ? emptyOf(ref) : undefined;
      else if (value === '' || value === 0 || value === false) {
        if (raw.required?.includes(field) && !ref) struct.always[field] = value;
      }
    }
    return struct;
  }

  function emptyOf(name: string): JsonObject {
    return clone(structOf(name)?.always ?? {});
  }

  function decodeStruct(
    struct: Struct,
    value: JsonObject,
    path: string,
    place: string,
    walk: Walk,
  ): JsonObject {
    const out: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      const field = struct.fields.get(key);
      if (!field) {
        if (path === '' && (key === 'apiVersion' || key === 'kind')) out[key] = item;
        else walk.unknown.push((path ? `${path}.${key}` : key).replace(/\{([^}]*)\}/g, '.$1'));
        continue;
      }
      const below = path ? `${path}.${key}` : key;
      if (VERBATIM.has(below)) {
        if (item !== undefined) out[key] = item;
        continue;
      }
      const decoded =
        item === null || item === undefined
          ? undefined
          : decodeValue(field.raw, item, below, `${place} ${key}`, walk, struct.name);
      const emptyMap = !field.ref && isObject(decoded) && Object.keys(decoded).length === 0;
      if (decoded === undefined || ((emptyMap || isZero(decoded)) && !field.keepZero)) continue;
      out[key] = decoded;
    }
    if (walk.defaults) {
      const special = recorded.exceptions[`${walk.root}${place}`];
      const fill = special ?? struct.defaults;
      for (const [key, item] of Object.entries(fill)) if (out[key] === undefined) out[key] = clone(item);
      adjustDefaults(struct.name, walk.root + place, out, value);
    }
    for (const [key, item] of Object.entries(struct.always))
      if (out[key] === undefined) out[key] = clone(item);
    return out;
  }

  /** A value of a named definition: one of the types with a text form of their own, or a struct. */
  function decodeNamed(
    ref: string,
    value: Json,
    path: string,
    place: string,
    walk: Walk,
    owner: string,
  ): Json | undefined {
    if (ref === QUANTITY) return decodeQuantity(value);
    if (ref === INT_OR_STRING) {
      if (typeof value !== 'string' && typeof value !== 'number')
        mismatch(value, owner, path, 'intstr.IntOrString');
      if (typeof value === 'number' && !isInt32(value))
        mismatch(value, owner, path, 'int32', `number ${value}`);
      return value;
    }
    if (TIMES.has(ref)) return decodeTime(value, ref.endsWith('MicroTime'));
    if (OPAQUE_NAME.test(ref)) return clone(value);
    const struct = structOf(ref);
    if (!struct) return decodeValue(schemas[ref] ?? {}, value, path, place, walk, owner);
    if (!isObject(value)) return mismatch(value, owner, path, goStruct(ref));
    return decodeStruct(struct, value, path, place, walk);
  }

  function decodeValue(
    raw: RawSchema,
    value: Json,
    path: string,
    place: string,
    walk: Walk,
    owner: string,
  ): Json | undefined {
    const ref = refName(raw);
    if (ref) return decodeNamed(ref, value, path, place, walk, owner);
    switch (raw.type) {
      case 'object': {
        const extra = raw.additionalProperties;
        if (typeof extra !== 'object') return clone(value);
        if (!isObject(value)) return mismatch(value, owner, path, `map[string]${goType(extra)}`);
        const out: JsonObject = {};
        for (const [key, item] of Object.entries(value)) {
          const decoded =
            item === null || item === undefined
              ? zeroOf(extra)
              : decodeValue(extra, item, `${path}{${key}}`, `${place} k`, walk, owner);
          out[key] = decoded ?? null;
        }
        return out;
      }
      case 'array': {
        if (!Array.isArray(value)) return mismatch(value, owner, path, `[]${goType(raw.items ?? {})}`);
        return value.map((item, i) => {
          const items = raw.items ?? {};
          if (item === null) return zeroOf(items);
          return decodeValue(items, item, `${path}[${i}]`, `${place} []`, walk, owner) ?? null;
        });
      }
      case 'string':
        if (typeof value !== 'string')
          return mismatch(value, owner, path, raw.format === 'byte' ? '[]uint8' : 'string');
        if (raw.format === 'byte') return decodeBytes(value);
        return raw.format === 'date-time' ? decodeTime(value, false) : value;
      case 'boolean':
        return typeof value === 'boolean' ? value : mismatch(value, owner, path, 'bool');
      case 'integer':
        if (typeof value !== 'number') return mismatch(value, owner, path, raw.format ?? 'int64');
        if (raw.format === 'int32' ? !isInt32(value) : !Number.isInteger(value))
          return mismatch(value, owner, path, raw.format ?? 'int64', `number ${value}`);
        return value;
      case 'number':
        return typeof value === 'number' ? value : mismatch(value, owner, path, 'float64');
      default:
        return clone(value);
    }
  }

  function zeroOf(raw: RawSchema): Json {
    const ref = refName(raw);
    if (ref && structOf(ref)) return emptyOf(ref);
    return raw.type === 'string'
      ? ''
      : raw.type === 'integer' || raw.type === 'number'
        ? 0
        : raw.type === 'boolean'
          ? false
          : null;
  }

  function mismatch(value: Json, owner: string, path: string, type: string, what?: string): never {
    const sent =
      what ??
      (Array.isArray(value)
        ? 'array'
        : isObject(value)
          ? 'object'
          : value === null
            ? 'null'
            : typeof value === 'boolean'
              ? 'bool'
              : typeof value);
    const field = goPath(path);
    throw new DecodeError(
      `json: cannot unmarshal ${sent} into Go struct field ${owner.split('.').pop()}.${field} of type ${type}`,
    );
  }

  function goType(raw: RawSchema): string {
    const ref = refName(raw);
    if (ref) return goStruct(ref);
    if (raw.type === 'array') return `[]${goType(raw.items ?? {})}`;
    return raw.type === 'integer'
      ? (raw.format ?? 'int64')
      : raw.type === 'boolean'
        ? 'bool'
        : raw.type === 'number'
          ? 'float64'
          : 'string';
  }

  return {
    decode(definition, root, value, options) {
      const struct = structOf(definition);
      if (!struct) return { object: clone(value), unknown: [] };
      const walk: Walk = { unknown: [], defaults: options?.defaults ?? true, root };
      const object = decodeStruct(struct, value, '', '', walk);
      return { object: { kind: value.kind, apiVersion: value.apiVersion, ...object }, unknown: walk.unknown };
    },
    empty: emptyOf,
  };
}

/** Go's package and type of a definition: `io.k8s.api.core.v1.PodSpec` is `v1.PodSpec`. */
function goStruct(definition: string): string {
  return definition.split('.').slice(-2).join('.');
}

/** Go names the fields on the way, not list indexes or map keys. */
function goPath(path: string): string {
  return path.replace(/\[\d+\]|\{[^}]*\}/g, '');
}

const isInt32 = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 31;

/** What `omitempty` leaves out. */
function isZero(value: Json): boolean {
  if (value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return false;
}

function decodeQuantity(value: Json): Json {
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new DecodeError(`json: cannot unmarshal ${typeof value} into Go value of type string`);
  const canonical = canonicalQuantity(String(value));
  if (canonical === undefined)
    throw new DecodeError(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
  return canonical;
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function decodeTime(value: Json, micro: boolean): Json {
  if (typeof value !== 'string')
    throw new DecodeError(`json: cannot unmarshal ${typeof value} into Go value of type string`);
  if (!RFC3339.test(value) || Number.isNaN(Date.parse(value)))
    throw new DecodeError(
      `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`,
    );
  if (micro && !/\.\d{6}(Z|[+-])/.test(value))
    throw new DecodeError(
      `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse ${JSON.stringify(value.slice(19))} as ".000000"`,
    );
  const seconds = new Date(Math.floor(Date.parse(value) / 1000) * 1000).toISOString().slice(0, 19);
  if (!micro) return `${seconds}Z`;
  const fraction = (/\.(\d+)/.exec(value)?.[1] ?? '').padEnd(6, '0').slice(0, 6);
  return `${seconds}.${fraction}Z`;
}

function decodeBytes(value: string): Json {
  const bytes = Buffer.from(value, 'base64');
  const clean = value.replace(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(clean) || clean.length % 4 !== 0) {
    const bad = /[^A-Za-z0-9+/=]/.exec(clean);
    throw new DecodeError(
      `illegal base64 data at input byte ${bad ? bad.index : Math.floor(clean.length / 4) * 4}`,
    );
  }
  return bytes.toString('base64');
}
