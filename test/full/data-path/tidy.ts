/** The guide's SaaS template with one item more: the Secret of the certificate, which thereby goes with its tenant. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { saasRegistry } from '../../rig/data-path/story.ts';
import type { Kubectl, Sql } from '../../rig/support/index.ts';

export const TIDY = {
  uid: 'tidy',
  host: 'tidy.example.com',
  table: 'tidy_customers',
  template: 'tidy-platform',
  secret: 'gone',
} as const;

interface Template {
  spec: { registryId: string; ingresses: { dependIds: string[] }[]; secrets?: unknown[] };
}

/** Made once and never written again: what is in it is cert-manager's. */
const tlsSecret = {
  id: 'tls',
  nameTemplate: '{{ .uid }}-tls',
  creationPolicy: 'Once',
  spec: {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': '', 'tls.key': '' },
  },
};

export async function installTidyExample(kubectl: Kubectl, sql: Sql): Promise<void> {
  const guide = join(import.meta.dirname, '..', '..', '..', 'examples', 'guide', 'saas-platform.yaml');
  const { spec, ...template } = parse(readFileSync(guide, 'utf8')) as Template;
  for (const ingress of spec.ingresses) ingress.dependIds.push(tlsSecret.id);
  await sql.script(
    `CREATE TABLE ${TIDY.table} (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active BOOLEAN)`,
  );
  const registry = saasRegistry('tidy-registry', TIDY.table);
  await kubectl.apply(JSON.stringify(registry));
  await kubectl.apply(
    JSON.stringify({
      ...template,
      metadata: { name: TIDY.template, namespace: 'default' },
      spec: { ...spec, registryId: registry.metadata.name, secrets: [tlsSecret] },
    }),
  );
}
