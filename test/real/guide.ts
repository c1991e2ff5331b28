/** What the guide's story needs beyond the harness: DNS answers, and ways to disturb. */
import { TXT_PREFIX } from '../rig/index.ts';
import { dig } from '../rig/support/index.ts';
import { type Harness, type HarnessOptions, startHarness } from './harness.ts';

export interface Guide extends Harness {
  /** The A record that BIND answers with. */
  address(host: string): Promise<string | undefined>;
  /** The text of the ownership TXT record; undefined when there is none. */
  ownership(host: string): Promise<string | undefined>;
  setInterval(registry: string, interval: string): Promise<void>;
  /** Versions of the Tenants and Ingresses of these uids. */
  versions(uids: readonly string[]): Promise<string[]>;
  holdWithFinalizer(kind: string, name: string): Promise<void>;
  releaseFinalizer(kind: string, name: string): Promise<void>;
}

const finalizer = 'test.kubernetes-tenants.org/hold';

export async function startGuide(options: HarnessOptions = {}): Promise<Guide> {
  const harness = await startHarness(options);
  const { dns } = harness.rig;
  return {
    ...harness,
    address: async (host) => (await dig(dns, host))[0],
    ownership: async (host) => (await dig(dns, `${TXT_PREFIX}${host}`, 'TXT'))[0],
    setInterval: (registry, syncInterval) =>
      harness.patch('tenantregistry', registry, { spec: { source: { syncInterval } } }),
    async versions(uids) {
      const names = uids.flatMap((uid) => [`tenant/${uid}-multi-domain-template`, `ingress/${uid}-ingress`]);
      const { items } = await harness.kubectl.json<{ items: { metadata: Record<string, string> }[] }>(
        'get',
        ...names,
      );
      return items.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);
    },
    holdWithFinalizer: (kind, name) => harness.patch(kind, name, { metadata: { finalizers: [finalizer] } }),
    releaseFinalizer: (kind, name) => harness.patch(kind, name, { metadata: { finalizers: null } }),
  };
}
