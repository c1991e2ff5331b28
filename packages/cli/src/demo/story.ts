/** The demo's story: rows become Tenants, Ingresses and records; a row that is switched off takes its own with it. */
import { Resolver } from 'node:dns/promises';
import type { KubeClient } from '@tenant-operator/kube';
import { CommandFailure } from '../failure.ts';
import type { Stage } from './index.ts';
import { apply, readExample } from './install.ts';
import { until } from './until.ts';

const hosts = ['alpha.saas.example.com', 'beta.saas.example.com', 'gamma.enterprise.example.io'] as const;
const switchOff = "UPDATE tenant_configs SET is_active='0' WHERE tenant_id='tenant-alpha'";

/** `say` gets each line as it happens. Throws CommandFailure with what did not happen. */
export async function tellStory(stage: Stage, say: (what: string) => void): Promise<void> {
  const { client, database, dns } = stage;
  database.run(readExample('multi-domain.sql'));
  say('three rows in the table tenant_configs');
  for (const file of ['multi-domain-registry.yaml', 'multi-domain-template.yaml']) {
    await apply(client, readExample(file));
    say(`kubectl apply -f ${file}, unchanged`);
  }
  await shortenInterval(client);
  const seen = new Set<string>();
  const tell = (what: string): void => {
    if (seen.has(what)) return;
    seen.add(what);
    say(what);
  };
  await until('a record of each tenant', async () => {
    for (const kind of ['Tenant', 'Ingress'] as const)
      for (const name of await namesOf(client, kind)) tell(`${kind} ${name}`);
    const found = await Promise.all(hosts.map((host) => ask(dns, host)));
    hosts.forEach((host, index) => {
      if (found[index] !== undefined) tell(`dig ${host} -> ${found[index]}`);
    });
    return found.every((address) => address !== undefined);
  });
  database.run(switchOff);
  say(switchOff);
  const [gone, ...others] = hosts;
  await until(`the record of ${gone} to go`, async () => (await ask(dns, gone)) === undefined);
  say(`dig ${gone} -> no such record`);
  await until("alpha's Tenant and Ingress to go", async () => {
    const left = [...(await namesOf(client, 'Tenant')), ...(await namesOf(client, 'Ingress'))];
    return !left.some((name) => name.includes('alpha'));
  });
  say('its Ingress and its Tenant are gone');
  for (const host of others) {
    const address = await ask(dns, host);
    if (address === undefined) throw new CommandFailure(`${host} lost its record`);
    say(`dig ${host} -> ${address}, untouched`);
  }
}

async function shortenInterval(client: KubeClient): Promise<void> {
  const registry = await client.resourceType('operator.kubernetes-tenants.org/v1', 'TenantRegistry');
  const ref = { namespace: 'default', name: 'multi-domain-registry' };
  const interval = { spec: { source: { syncInterval: '2s' } } };
  if (registry) await client.patch(registry, ref, interval, { contentType: 'merge' });
}

const apiVersions = { Tenant: 'operator.kubernetes-tenants.org/v1', Ingress: 'networking.k8s.io/v1' };

async function namesOf(client: KubeClient, kind: keyof typeof apiVersions): Promise<string[]> {
  const type = await client.resourceType(apiVersions[kind], kind);
  const names: string[] = [];
  if (!type) return names;
  for await (const { items } of client.list(type, { namespace: 'default' }))
    names.push(...items.map(({ metadata }) => metadata.name));
  return names;
}

/** The first address, over UDP from the demo's server. */
async function ask({ host, port }: Stage['dns'], name: string): Promise<string | undefined> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([`${host}:${port}`]);
  try {
    return (await resolver.resolve4(name))[0];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND' || code === 'ENODATA') return undefined;
    throw error;
  }
}
