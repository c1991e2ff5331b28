import type { KubeClient } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { typeOf } from '../testing/client.ts';
import { impersonate } from './impersonate.ts';

const type = typeOf('v1', 'ConfigMap');
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'ns' } };
const header = 'system:serviceaccount:ns:deployer';

/** The headers of each call, by its verb; what is not asked as somebody else is not there. */
function recordingClient() {
  const headers: Record<string, unknown> = {};
  const record =
    (verb: string) =>
    (...args: unknown[]) => {
      headers[verb] = (args.at(-1) as { headers?: Record<string, string> } | undefined)?.headers;
      return Promise.resolve({ object, created: false, warnings: [] });
    };
  const verbs = ['get', 'create', 'apply', 'patch', 'replace', 'delete', 'resourceType'];
  const client = Object.fromEntries(verbs.map((verb) => [verb, record(verb)])) as unknown as KubeClient;
  return { client, headers };
}

describe('impersonate', () => {
  it.each<[string, (client: KubeClient) => Promise<unknown>]>([
    ['get', (client) => client.get(type, { name: 'x' })],
    ['create', (client) => client.create(type, object)],
    ['apply', (client) => client.apply(type, object, { fieldManager: 'm' })],
    ['patch', (client) => client.patch(type, { name: 'x' }, {}, { contentType: 'merge' })],
    ['replace', (client) => client.replace(type, object)],
    ['delete', (client) => client.delete(type, { name: 'x' }, { uid: 'u' })],
  ])('%s is asked as the ServiceAccount', async (verb, call) => {
    const { client, headers } = recordingClient();
    await call(impersonate(client, { namespace: 'ns', name: 'deployer' }));
    expect(headers[verb]).toEqual({ 'impersonate-user': header });
  });

  it('discovery is asked as the operator', async () => {
    const { client, headers } = recordingClient();
    await impersonate(client, { namespace: 'ns', name: 'deployer' }).resourceType('v1', 'ConfigMap');
    expect(headers.resourceType).toBeUndefined();
  });
});
