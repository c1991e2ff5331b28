/**
 * Reading the protobuf bodies that Go clients (kubectl create among them) send for built-in kinds. Answers are
 * always JSON, which these clients take as well.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Json, JsonObject } from '../json.ts';
import { loadBuiltins } from '../schema/builtin.ts';

type Field = [number, string, string, string];
let table: Record<string, Field[]> | undefined;
const messages = (): Record<string, Field[]> =>
  (table ??= JSON.parse(
    gunzipSync(readFileSync(new URL('../../data/generated/protobuf.json.gz', import.meta.url))).toString(),
  ) as Record<string, Field[]>);

const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
const RESOURCE = 'k8s.io.apimachinery.pkg.api.resource.Quantity';
const META = 'k8s.io.apimachinery.pkg.apis.meta.v1.';

export class ProtobufError extends Error {}

interface Raw {
  number: number;
  /** A varint or fixed number, or the bytes of a length-delimited field. */
  value: bigint | Buffer;
}

function* fields(bytes: Buffer): Generator<Raw> {
  let at = 0;
  const varint = (): bigint => {
    let result = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new ProtobufError('unexpected end of the message');
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    switch (tag & 7) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        yield { number, value: bytes.readBigUInt64LE(at) };
        at += 8;
        break;
      case 2: {
        const length = Number(varint());
        if (at + length > bytes.length) throw new ProtobufError('unexpected end of the message');
        yield { number, value: bytes.subarray(at, at + length) };
        at += length;
        break;
      }
      case 5:
        yield { number, value: BigInt(bytes.readUInt32LE(at)) };
        at += 4;
        break;
      default:
        throw new ProtobufError(`wire type ${tag & 7} is not known`);
    }
  }
}

const bytesOf = (raw: Raw): Buffer => (typeof raw.value === 'bigint' ? Buffer.alloc(0) : raw.value);

/** An object in Kubernetes' protobuf envelope (`k8s\0`, runtime.Unknown); throws ProtobufError. */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, 4).equals(MAGIC))
    throw new ProtobufError('the body is not in the Kubernetes protobuf envelope');
  let apiVersion = '';
  let kind = '';
  let raw = Buffer.alloc(0);
  for (const field of fields(body.subarray(4))) {
    if (field.number === 1)
      for (const inner of fields(bytesOf(field))) {
        if (inner.number === 1) apiVersion = bytesOf(inner).toString();
        if (inner.number === 2) kind = bytesOf(inner).toString();
      }
    if (field.number === 2) raw = Buffer.from(bytesOf(field));
  }
  const message = messageOf(apiVersion, kind);
  return { apiVersion, kind, ...(decodeMessage(message, raw) as JsonObject) };
}

function messageOf(apiVersion: string, kind: string): string {
  const [group, version] = apiVersion.includes('/')
    ? (apiVersion.split('/') as [string, string])
    : ['', apiVersion];
  const definition = loadBuiltins().definitionOf(group, version, kind);
  const name =
    definition?.replace(/^io\.k8s\./, 'k8s.io.') ?? (kind === 'DeleteOptions' ? `${META}DeleteOptions` : '');
  if (!messages()[name])
    throw new ProtobufError(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`,
    );
  return name;
}

function decodeMessage(name: string, bytes: Buffer): Json {
  const special = SPECIAL[name];
  if (special) return special(bytes);
  const known = messages()[name];
  if (!known) throw new ProtobufError(`message ${name} is not known`);
  const properties = loadBuiltins().schemas[name.replace(/^k8s\.io\./, 'io.k8s.')]?.properties;
  const out: JsonObject = {};
  for (const raw of fields(bytes)) {
    const field = known.find(([number]) => number === raw.number);
    if (!field) continue;
    const [, key, type, label] = field;
    if (label === 'm') {
      const [entryKey, value] = decodeEntry(type, bytesOf(raw));
      out[key] = { ...((out[key] as JsonObject | undefined) ?? {}), [entryKey]: value };
    } else if (label === 'r')
      out[key] = [...((out[key] as Json[] | undefined) ?? []), decodeValue(type, raw)];
    // What Go embeds is a field of its own here, and none in JSON.
    else if (properties && !(key in properties) && type.includes('.'))
      Object.assign(out, decodeValue(type, raw));
    else out[key] = decodeValue(type, raw);
  }
  // Named lists (`ExtraValue`) are messages with the one field `items`.
  if (!properties && known.length === 1 && known[0]?.[1] === 'items') return out.items ?? [];
  return out;
}

function decodeEntry(type: string, bytes: Buffer): [string, Json] {
  let key = '';
  let value: Json = type === 'string' || type === 'bytes' ? '' : {};
  for (const raw of fields(bytes)) {
    if (raw.number === 1) key = bytesOf(raw).toString();
    if (raw.number === 2) value = decodeValue(type, raw);
  }
  return [key, value];
}

function decodeValue(type: string, raw: Raw): Json {
  if (typeof raw.value !== 'bigint') {
    if (type === 'string') return raw.value.toString();
    if (type === 'bytes') return raw.value.toString('base64');
    return decodeMessage(type, raw.value);
  }
  if (type === 'bool') return raw.value !== 0n;
  if (type === 'double') {
    const buffer = Buffer.alloc(8);
    buffer.writeBigUInt64LE(raw.value);
    return buffer.readDoubleLE();
  }
  return Number(BigInt.asIntN(64, raw.value));
}

const text = (bytes: Buffer): string => {
  for (const raw of fields(bytes)) if (raw.number === 1) return bytesOf(raw).toString();
  return '';
};

function time(bytes: Buffer, micro: boolean): Json {
  let seconds = 0n;
  let nanos = 0n;
  for (const raw of fields(bytes)) {
    if (raw.number === 1 && typeof raw.value === 'bigint') seconds = BigInt.asIntN(64, raw.value);
    if (raw.number === 2 && typeof raw.value === 'bigint') nanos = raw.value;
  }
  if (seconds === 0n && nanos === 0n) return null;
  const stamp = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return micro ? `${stamp}.${String(nanos / 1000n).padStart(6, '0')}Z` : `${stamp}Z`;
}

function json(bytes: Buffer): Json {
  const source = text(bytes);
  return source === '' ? null : (JSON.parse(source) as Json);
}

const SPECIAL: Record<string, (bytes: Buffer) => Json> = {
  [RESOURCE]: text,
  [`${META}Time`]: (bytes) => time(bytes, false),
  [`${META}MicroTime`]: (bytes) => time(bytes, true),
  [`${META}FieldsV1`]: json,
  'k8s.io.apimachinery.pkg.runtime.RawExtension': json,
  'k8s.io.apimachinery.pkg.util.intstr.IntOrString': (bytes) => {
    let kind = 0n;
    let number = 0;
    let string = '';
    for (const raw of fields(bytes)) {
      if (raw.number === 1 && typeof raw.value === 'bigint') kind = raw.value;
      if (raw.number === 2 && typeof raw.value === 'bigint') number = Number(BigInt.asIntN(32, raw.value));
      if (raw.number === 3) string = bytesOf(raw).toString();
    }
    return kind === 1n ? string : number;
  },
};
