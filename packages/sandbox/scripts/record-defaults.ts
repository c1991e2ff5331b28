/**
 * Records what OpenAPI does not say about the built-in kinds: which fields keep an explicit zero, which lists are
 * written as null when absent, and which defaults a bare object gets.
 *
 *   npx tsx packages/sandbox/scripts/record-defaults.ts --server https://127.0.0.1:6443 --token TOKEN
 *
 * How: a mutating webhook sees every object after decoding and defaulting but before validation, so that objects
 * which no validation would accept still show their defaults. The probe registers one that records and refuses
 * everything, then sends dry-run creates: all fields zero, all structs empty, and each struct alone. Needs a server
 * that can reach this process on 127.0.0.1, and the `openssl` command for the webhook's certificate.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

const { values: args } = parseArgs({ options: { server: { type: 'string' }, token: { type: 'string' } } });
if (!args.server || !args.token) throw new Error('--server URL and --token TOKEN are needed');
const { server, token } = args as { server: string; token: string };

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Obj = { [key: string]: Json };
interface Raw {
  $ref?: string;
  allOf?: Raw[];
  type?: string;
  format?: string;
  properties?: Record<string, Raw>;
  items?: Raw;
  additionalProperties?: Raw | boolean;
  oneOf?: Raw[];
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}
const folder = new URL('../data/generated/', import.meta.url);
const schemas = JSON.parse(gunzipSync(readFileSync(new URL('openapi.json.gz', folder))).toString()) as Record<
  string,
  Raw
>;
const discovery = JSON.parse(readFileSync(new URL('discovery.json', folder), 'utf8')) as {
  groups: {
    group: string;
    versions: {
      version: string;
      resources: { resource: string; scope: string; verbs: string[]; responseKind: { kind: string } }[];
    }[];
  }[];
};

const refOf = (raw: Raw): string | undefined => (raw.$ref ?? raw.allOf?.[0]?.$ref)?.split('/').pop();
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const OPAQUE = new Set([
  'io.k8s.apimachinery.pkg.runtime.RawExtension',
  `${META}FieldsV1`,
  `${META}ManagedFieldsEntry`,
]);

/** Sample values by definition: undefined where the field is better left out. */
function zero(raw: Raw, depth: string[], scalars: boolean): Json | undefined {
  const name = refOf(raw);
  if (name) {
    if (name.endsWith('.Quantity')) return scalars ? '0' : undefined;
    if (name.endsWith('.IntOrString')) return scalars ? 0 : undefined;
    if (OPAQUE.has(name) || name.endsWith('.JSON') || name.includes('JSONSchemaPropsOr')) return undefined;
    if (depth.includes(name)) return undefined;
    const target = schemas[name];
    if (!target) return undefined;
    return zero(target, [...depth, name], scalars);
  }
  switch (raw.type) {
    case 'object': {
      if (!raw.properties) {
        if (typeof raw.additionalProperties === 'object') {
          const value = zero(raw.additionalProperties, depth, scalars);
          return value === undefined ? {} : { k: value };
        }
        return {};
      }
      const out: Obj = {};
      for (const [field, child] of Object.entries(raw.properties)) {
        const value = zero(child, depth, scalars);
        if (value !== undefined) out[field] = value;
      }
      return out;
    }
    case 'array': {
      const value = raw.items ? zero(raw.items, depth, scalars) : undefined;
      return value === undefined ? (scalars ? [] : undefined) : [value];
    }
    case 'string':
      return !scalars || raw.format === 'date-time' ? undefined : '';
    case 'integer':
    case 'number':
      return scalars ? 0 : undefined;
    case 'boolean':
      return scalars ? false : undefined;
    default:
      return undefined;
  }
}

interface Place {
  path: (string | 0)[];
  definition: string;
}
/** Every struct below `name`, by path; a definition is not entered twice on one path. */
function places(name: string, path: (string | 0)[], depth: string[], out: Place[]): Place[] {
  if (depth.includes(name) || OPAQUE.has(name)) return out;
  const raw = schemas[name];
  if (!raw?.properties) return out;
  out.push({ path, definition: name });
  for (const [field, child] of Object.entries(raw.properties)) {
    if (path.length === 0 && (field === 'metadata' || field === 'status')) continue;
    let at: Raw = child;
    const next: (string | 0)[] = [...path, field];
    while (at.type === 'array' || (at.type === 'object' && typeof at.additionalProperties === 'object')) {
      if (at.type === 'array') {
        next.push(0);
        at = at.items ?? {};
      } else {
        next.push('k');
        at = at.additionalProperties as Raw;
      }
    }
    const ref = refOf(at);
    if (ref) places(ref, next, [...depth, name], out);
  }
  return out;
}

function build(path: (string | 0)[], leaf: Json): Json {
  const [head, ...rest] = path;
  if (head === undefined) return leaf;
  return head === 0 ? [build(rest, leaf)] : { [head]: build(rest, leaf) };
}
const at = (value: Json | undefined, path: (string | 0)[]): Json | undefined =>
  path.reduce<Json | undefined>(
    (v, key) => (v !== null && typeof v === 'object' ? (v as Obj)[key] : undefined),
    value,
  );

// --- the webhook ---
const work = mkdtempSync(join(tmpdir(), 'probe-'));
execFileSync(
  'openssl',
  [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    join(work, 'key'),
    '-out',
    join(work, 'cert'),
    '-days',
    '1',
    '-subj',
    '/CN=127.0.0.1',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
  ],
  { stdio: 'ignore' },
);
const cert = readFileSync(join(work, 'cert'));
let seen: Json | undefined;
const hook = createServer({ key: readFileSync(join(work, 'key')), cert }, (req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const review = JSON.parse(Buffer.concat(chunks).toString()) as { request: { uid: string; object: Json } };
    seen = review.request.object;
    res.setHeader('content-type', 'application/json');
    res.end(
      JSON.stringify({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        response: { uid: review.request.uid, allowed: false, status: { message: 'recorded' } },
      }),
    );
  });
});
await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
const hookUrl = `https://127.0.0.1:${(hook.address() as AddressInfo).port}/`;

function call(method: string, path: string, body?: Json): Promise<{ status: number; body: Obj }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const req = request(new URL(path, server), { method, headers, rejectUnauthorized: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () =>
        resolve({ status: res.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) as Obj }),
      );
    });
    req.on('error', reject);
    req.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
const HOOK = 'sandbox-probe';
const registration: Obj = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: HOOK },
  webhooks: [
    {
      name: 'probe.sandbox.test',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      timeoutSeconds: 5,
      matchConditions: [
        { name: 'mine', expression: "has(object.metadata.labels) && 'probe' in object.metadata.labels" },
      ],
      clientConfig: { url: hookUrl, caBundle: cert.toString('base64') },
      rules: [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], operations: ['CREATE'] }],
    },
  ],
};
await call('DELETE', `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${HOOK}`);
const registered = await call(
  'POST',
  '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  registration,
);
if (registered.status !== 201) throw new Error(JSON.stringify(registered.body));

interface Kind {
  url: string;
  apiVersion: string;
  kind: string;
  definition: string;
}
const kinds: Kind[] = [];
for (const { group, versions } of discovery.groups)
  for (const { version, resources } of versions)
    for (const { resource, scope, verbs, responseKind } of resources) {
      const definition = Object.keys(schemas).find((name) =>
        schemas[name]?.['x-kubernetes-group-version-kind']?.some(
          (g) => g.group === group && g.version === version && g.kind === responseKind.kind,
        ),
      );
      if (!definition || !verbs.includes('create') || !verbs.includes('get')) continue;
      const base = group ? `/apis/${group}/${version}` : `/api/${version}`;
      kinds.push({
        url: scope === 'Namespaced' ? `${base}/namespaces/default/${resource}` : `${base}/${resource}`,
        apiVersion: group ? `${group}/${version}` : version,
        kind: responseKind.kind,
        definition,
      });
    }

async function observe(kind: Kind, content: Obj): Promise<Json | undefined> {
  const metadata: Obj = { name: 'probe', labels: { probe: '1' } };
  seen = undefined;
  const object = { ...content, apiVersion: kind.apiVersion, kind: kind.kind, metadata };
  const answer = await call('POST', `${kind.url}?dryRun=All&fieldManager=probe`, object);
  if (seen === undefined) failures.push(`${kind.kind}: ${JSON.stringify(answer.body.message)}`);
  if (kind.kind === 'Pod')
    for (const field of ADMITTED) delete (at(seen, ['spec']) as Obj | undefined)?.[field];
  return seen;
}
/** Fields of a pod that admission plugins fill in before the webhook sees it: no defaults, and owned by nobody. */
const ADMITTED = ['tolerations', 'priority', 'preemptionPolicy'];
const failures: string[] = [];

/** Waits until the API server calls the webhook. */
for (
  let i = 0;
  i < 100 && (await observe(kinds.find((k) => k.kind === 'ConfigMap') as Kind, {})) === undefined;
  i++
)
  await new Promise((resolve) => setTimeout(resolve, 100));
failures.length = 0;

const keep: Record<string, Set<string>> = {};
const drop: Record<string, Set<string>> = {};
const nulls: Record<string, Set<string>> = {};
const defaults: { definition: string; where: string; fields: Obj }[] = [];
const note = (table: Record<string, Set<string>>, definition: string, field: string): void => {
  table[definition] = (table[definition] ?? new Set()).add(field);
};

for (const kind of kinds) {
  const all = places(kind.definition, [], [], []);
  // 1. zeros: the whole object at once, or, when the decoder refuses that, struct by struct.
  for (const place of all) {
    const raw = schemas[place.definition] as Raw;
    const leaf: Obj = {};
    for (const [field, child] of Object.entries(raw.properties ?? {})) {
      if (place.path.length === 0 && ['apiVersion', 'kind', 'metadata'].includes(field)) continue;
      const scalar =
        refOf(child) && !refOf(child)?.match(/Quantity|IntOrString/)
          ? undefined
          : zero({ ...child, items: {} }, [], true);
      if (child.type === 'array') leaf[field] = [];
      else if (child.type === 'object') leaf[field] = {};
      else if (scalar !== undefined) leaf[field] = scalar;
    }
    const result = await observe(kind, (place.path.length ? build(place.path, leaf) : leaf) as Obj);
    const node = at(result, place.path);
    if (node === null || typeof node !== 'object') continue;
    for (const [field, sent] of Object.entries(leaf)) {
      const got = (node as Obj)[field];
      if (got === undefined) note(drop, place.definition, field);
      else if (JSON.stringify(got) === JSON.stringify(sent)) note(keep, place.definition, field);
      else if (got === null) note(nulls, place.definition, field);
    }
  }
  // 2. defaults: each struct alone and empty.
  for (const place of all) {
    const node = at(await observe(kind, (place.path.length ? build(place.path, {}) : {}) as Obj), place.path);
    if (node === null || typeof node !== 'object' || Array.isArray(node)) continue;
    const fields: Obj = {};
    for (const [field, value] of Object.entries(node)) {
      if (place.path.length === 0 && ['apiVersion', 'kind', 'metadata'].includes(field)) continue;
      if (value === null) note(nulls, place.definition, field);
      fields[field] = value;
    }
    const where = [
      `${kind.apiVersion}/${kind.kind}`,
      ...place.path.map((key) => (key === 0 ? '[]' : key)),
    ].join(' ');
    defaults.push({ definition: place.definition, where, fields });
  }
  console.log(`${kind.apiVersion} ${kind.kind}: ${all.length} structs`);
}
await call('DELETE', `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${HOOK}`);
hook.close();

// One entry per definition; where the same struct gets other defaults in another place, an exception by place.
const byDefinition = new Map<string, Map<string, { fields: Obj; places: string[] }>>();
for (const { definition, where, fields } of defaults) {
  const variants = byDefinition.get(definition) ?? new Map<string, { fields: Obj; places: string[] }>();
  byDefinition.set(definition, variants);
  const text = JSON.stringify(fields);
  const variant = variants.get(text) ?? { fields, places: [] };
  variant.places.push(where);
  variants.set(text, variant);
}
const common: Record<string, Obj> = {};
const exceptions: Record<string, Obj> = {};
for (const [definition, variants] of [...byDefinition].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const [first, ...others] = [...variants.values()].sort((a, b) => b.places.length - a.places.length);
  if (first && Object.keys(first.fields).length > 0) common[definition] = first.fields;
  for (const other of others) for (const where of other.places) exceptions[where] = other.fields;
}
const sets = (table: Record<string, Set<string>>) =>
  Object.fromEntries(
    Object.entries(table)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, fields]) => [name, [...fields].sort()]),
  );
writeFileSync(
  new URL('defaults.json', folder),
  `${JSON.stringify({ keepZero: sets(keep), nulls: sets(nulls), defaults: common, exceptions }, null, 1)}\n`,
);
console.log(
  `${defaults.length} places, ${Object.keys(common).length} definitions, ${Object.keys(exceptions).length} exceptions, ${failures.length} unobserved`,
);
for (const failure of new Set(failures)) console.log(failure.slice(0, 300));
