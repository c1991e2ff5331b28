/** What is in the demo's cluster before the story: the CRDs and the Secret that the guide's registry names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeClient, KubeObject } from '@tenant-operator/kube';
import { parseAllDocuments } from 'yaml';
import { CommandFailure } from '../failure.ts';
import { until } from './until.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const manager = 'demo';
const kinds = ['TenantRegistry', 'TenantTemplate', 'Tenant'];

/** A file of the guide's examples, as it is. */
export function readExample(name: string): string {
  return readFile(join(root, 'examples', 'guide', name));
}

function readFile(path: string): string {
  if (!existsSync(path))
    throw new CommandFailure(`${path} is missing: run the demo from a copy of the repository`);
  return readFileSync(path, 'utf8');
}

/** Applies all objects of a YAML text. */
export async function apply(client: KubeClient, yaml: string): Promise<void> {
  for (const document of parseAllDocuments(yaml)) {
    const object = document.toJS() as KubeObject;
    const type = await client.resourceType(object.apiVersion, object.kind);
    if (!type)
      throw new CommandFailure(`the demo's cluster does not know ${object.kind} of ${object.apiVersion}`);
    await client.apply(type, object, { fieldManager: manager });
  }
}

export async function install(
  client: KubeClient,
  reader: { readonly username: string; readonly password: string },
): Promise<void> {
  const folder = join(root, 'deploy', 'crds');
  if (!existsSync(folder))
    throw new CommandFailure(`${folder} is missing: run the demo from a copy of the repository`);
  for (const name of readdirSync(folder).sort()) await apply(client, readFile(join(folder, name)));
  const path = '/apis/operator.kubernetes-tenants.org/v1';
  await until('the kinds of the CRDs to be served', async () => {
    // Asked here and not of the client, which remembers for a while that a kind was missing.
    const { status, body } = await client.request({ method: 'GET', path });
    const { resources = [] } = body as { resources?: { kind: string }[] };
    return status === 200 && kinds.every((kind) => resources.some((resource) => resource.kind === kind));
  });
  const metadata = { name: 'mysql-credentials', namespace: 'default' };
  await apply(client, JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: reader }));
}
