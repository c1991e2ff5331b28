/**
 * Records the schemas and the discovery documents of a running Kubernetes API server, reduced, into `data/`.
 *
 *   npx tsx packages/sandbox/scripts/record-openapi.ts --server https://127.0.0.1:6443 --token TOKEN
 *
 * Kept: every OpenAPI v3 component schema (one copy, whatever number of group versions repeat it) and, of each
 * resource, what discovery says. Left out: paths (they follow from discovery), List kinds (they follow from the
 * kind), and the subresources that need a kubelet or a proxy.
 */
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

const { values } = parseArgs({ options: { server: { type: 'string' }, token: { type: 'string' } } });
if (!values.server || !values.token) throw new Error('--server URL and --token TOKEN are needed');
const { server, token } = values as { server: string; token: string };

const SUBRESOURCES = new Set(['status', 'scale', 'finalize', 'eviction', 'binding', 'token', 'approval']);
const AGGREGATED = 'application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList';

type Json = Record<string, unknown>;

function fetchJson(path: string, accept = 'application/json'): Promise<Json> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, accept };
    const req = request(new URL(path, server), { headers, rejectUnauthorized: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (res.statusCode !== 200) reject(new Error(`${path}: ${res.statusCode} ${text}`));
        else resolve(JSON.parse(text) as Json);
      });
    });
    req.on('error', reject);
    req.end();
  });
}

interface Subresource {
  subresource: string;
  [field: string]: unknown;
}
interface Resource {
  resource: string;
  subresources?: Subresource[];
}
interface Group {
  metadata: { name?: string };
  versions: { version: string; resources: Resource[] }[];
}

/** The groups of one aggregated discovery document, without what the server of the day adds. */
async function recordGroups(path: string): Promise<unknown[]> {
  const document = await fetchJson(path, AGGREGATED);
  return (document.items as Group[]).map((group) => ({
    group: group.metadata.name ?? '',
    versions: group.versions.map(({ version, resources }) => ({
      version,
      resources: resources.map((resource) => ({
        ...resource,
        subresources: resource.subresources?.filter((sub) => SUBRESOURCES.has(sub.subresource)),
      })),
    })),
  }));
}

const index = await fetchJson('/openapi/v3');
const schemas: Json = {};
for (const { serverRelativeURL } of Object.values(
  index.paths as Record<string, { serverRelativeURL: string }>,
)) {
  const document = await fetchJson(serverRelativeURL);
  const components = (document.components as { schemas?: Json } | undefined)?.schemas ?? {};
  for (const [name, schema] of Object.entries(components)) schemas[name] = schema;
}
const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
const version = await fetchJson('/version');
const folder = new URL('../data/generated/', import.meta.url);
writeFileSync(new URL('openapi.json.gz', folder), gzipSync(JSON.stringify(sorted), { level: 9 }));
const groups = [...(await recordGroups('/api')), ...(await recordGroups('/apis'))];
interface RecordedGroup {
  group: string;
  versions: { version: string; resources: { resource: string; verbs: string[] }[] }[];
}
const columns: Record<string, unknown> = {};
for (const { group, versions } of groups as RecordedGroup[])
  for (const { version: v, resources } of versions)
    for (const { resource, verbs } of resources) {
      if (!verbs.includes('list')) continue;
      const path = group ? `/apis/${group}/${v}/${resource}` : `/api/${v}/${resource}`;
      const table = await fetchJson(path, 'application/json;as=Table;v=v1;g=meta.k8s.io');
      columns[group ? `${group}/${v}/${resource}` : `${v}/${resource}`] = table.columnDefinitions;
    }
writeFileSync(new URL('columns.json.gz', folder), gzipSync(JSON.stringify(columns), { level: 9 }));
const { major, minor, gitVersion } = version;
writeFileSync(new URL('discovery.json', folder), `${JSON.stringify({ major, minor, gitVersion, groups })}\n`);
console.log(
  `${Object.keys(sorted).length} schemas, ${groups.length} groups of Kubernetes ${String(gitVersion)}`,
);
