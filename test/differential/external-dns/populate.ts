/** Puts generated objects into a cluster and reads them back as the server keeps them. */
import type { KubeClient, KubeObject, ResourceType } from '@tenant-operator/kube';
import type { Made } from './cluster.ts';

const IN_FLIGHT = 8;

async function typeOf(client: KubeClient, object: KubeObject): Promise<ResourceType> {
  const type = await client.resourceType(object.apiVersion, object.kind);
  if (!type) throw new Error(`the server does not serve ${object.apiVersion} ${object.kind}`);
  return type;
}

async function put(client: KubeClient, { object, status, terminating }: Made): Promise<void> {
  const type = await typeOf(client, object);
  const { name, namespace } = object.metadata;
  const ref = namespace === undefined ? { name } : { name, namespace };
  await client.create(type, object);
  if (status) await client.patch(type, ref, { status }, { contentType: 'merge', subresource: 'status' });
  if (terminating) await client.delete(type, ref);
}

/** Creates everything, a few at a time. */
export async function populate(client: KubeClient, things: readonly Made[]): Promise<void> {
  const rest = things.values();
  const worker = async () => {
    for (const thing of rest) await put(client, thing);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** All objects of a kind, with `apiVersion` and `kind` on each. */
export async function readAll(client: KubeClient, apiVersion: string, kind: string, namespace?: string) {
  const type = await client.resourceType(apiVersion, kind);
  const found: KubeObject[] = [];
  for await (const page of client.list(type!, namespace === undefined ? {} : { namespace })) {
    found.push(...page.items.map((item) => ({ ...item, apiVersion, kind })));
  }
  return found;
}
