/** Parts of manifests, put into whole ones that a server can judge. Pure. */
import { LISTS } from '@tenant-operator/api';
import { parseTenantRegistry, parseTenantTemplate } from '@tenant-operator/api/schema';
import { parseAllDocuments, stringify } from 'yaml';
import { renderTenant } from '../../packages/cli/src/commands/render.ts';
import { validate } from '../../packages/cli/src/commands/validate.ts';
import type { Block, Use } from './blocks.ts';

export type Fragment = Extract<Use, { kind: 'manifest' | 'item' | 'spec' }>;

const API = 'operator.kubernetes-tenants.org/v1';

/** The registry that the documentation's templates stand beside, with every column that they use. */
const registrySpec = {
  source: {
    type: 'mysql',
    mysql: {
      host: 'mysql.databases.svc',
      database: 'crm',
      table: 'customers',
      username: 'tenant_reader',
      passwordRef: { name: 'tenants-database', key: 'password' },
    },
  },
  valueMappings: { uid: 'id', hostOrUrl: 'domain', activate: 'active' },
  extraValueMappings: { plan: 'plan', subdomain: 'subdomain', rootDomain: 'root_domain' },
};
const templateSpec = {
  registryId: 'customers',
  configMaps: [{ id: 'of-the-frame', spec: { data: { uid: '{{ .uid }}' } } }],
};
const values = {
  uid: 'acme',
  hostOrUrl: 'https://acme.example.com',
  plan: 'gold',
  subdomain: 'acme',
  rootDomain: 'example.com',
  apiKey: 'a-key',
};

interface Manifest {
  readonly kind?: string;
  readonly spec?: Record<string, unknown>;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

const registryWith = (more: object): Manifest => ({
  apiVersion: API,
  kind: 'TenantRegistry',
  metadata: { name: 'customers', namespace: 'default' },
  spec: { ...registrySpec, ...more },
});
const templateWith = (more: object): Manifest => ({
  apiVersion: API,
  kind: 'TenantTemplate',
  metadata: { name: 'web', namespace: 'default' },
  spec: { ...templateSpec, ...more },
});

/** The objects of a block, or what is wrong with its YAML. */
export function wholeManifest(block: Block, use: Fragment): Manifest[] | string {
  const documents = parseAllDocuments(block.text, { uniqueKeys: true });
  const error = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])[0];
  if (error) return error.message.split('\n')[0] ?? error.message;
  const contents = documents
    .map((document) => document.toJS() as Manifest | null)
    .filter((value) => value !== null);
  if (contents.length === 0) return 'the block holds nothing';
  if (contents.some((value) => typeof value !== 'object')) return 'the block holds no object';
  if (use.kind === 'manifest') {
    const bare = contents.find(({ apiVersion, kind }) => apiVersion === undefined || kind === undefined);
    return bare === undefined
      ? contents
      : 'a manifest has apiVersion and kind: or is it item=LIST or spec=KIND?';
  }
  const [content = {}, second] = contents;
  if (second !== undefined) return 'a part of a manifest is one document';
  if (use.kind === 'item') {
    if (!LISTS.some(({ name }) => name === use.list)) return `there is no list ${use.list}`;
    // Items that the example depends on are there, as the page has them elsewhere.
    const secrets = use.list === 'secrets' ? { secretValueMappings: { apiKey: 'api_key' } } : {};
    return [
      registryWith(secrets),
      templateWith({ [use.list]: [...(use.list === 'configMaps' ? templateSpec.configMaps : []), content] }),
    ];
  }
  if (use.of === 'TenantRegistry') return [registryWith(content)];
  if (use.of === 'TenantTemplate') return [registryWith({}), templateWith(content)];
  return `spec=${use.of} is none of TenantRegistry and TenantTemplate`;
}

/** What the product's own validator says, without a cluster. */
export function fragmentProblems(manifests: readonly Manifest[]): string[] {
  const files = [
    { name: 'block', text: manifests.map((manifest) => `---\n${stringify(manifest)}`).join('') },
  ];
  return validate(files).findings.map(({ message }) => message);
}

/** The objects that a tenant gets of the templates among these, with a row that has every column. Throws what cannot be rendered. */
export function renderFragment(manifests: readonly Manifest[]): unknown[] {
  const registries = manifests.filter(({ kind }) => kind === 'TenantRegistry').map(parseTenantRegistry);
  const registry = registries.find((parsed) => parsed.ok)?.value;
  return manifests
    .filter(({ kind }) => kind === 'TenantTemplate')
    .flatMap((manifest) => {
      const parsed = parseTenantTemplate(manifest);
      return parsed.ok ? renderTenant(parsed.value, registry, values) : [];
    });
}
