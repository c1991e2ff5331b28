import { X509Certificate } from 'node:crypto';
import {
  ApiError,
  createFakeClock,
  type FakeClock,
  type KubeClient,
  type KubeObject,
  silentLogger,
} from '@tenant-operator/kube';
import { afterEach, describe, expect, it } from 'vitest';
import type { KeyPair } from './issue.ts';
import { type CertificateKeeper, createCertificateKeeper, lookMs } from './keeper.ts';

const hour = 3_600_000;
const day = 24 * hour;
const secretKey = 'Secret/certificates';
const configurationKey = 'ValidatingWebhookConfiguration/tenant-operator';

/** Secrets and a webhook configuration in memory, with versions. */
function createApi() {
  const objects = new Map<string, KubeObject>();
  const writes: string[] = [];
  const reads: string[] = [];
  const watchers = new Set<() => void>();
  let version = 0;
  const api = {
    objects,
    writes,
    reads,
    fault: undefined as ((verb: string, key: string) => void) | undefined,
  };
  const store = (key: string, object: KubeObject) => {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } };
    objects.set(key, structuredClone(stored));
    writes.push(key);
    for (const tell of watchers) tell();
    return stored;
  };
  const conflict = (reason: string) => new ApiError({ status: 409, reason });
  const client = {
    async *list(type, opts = {}) {
      api.fault?.('list', type.kind);
      const found = objects.get(nameOf(type.kind, opts.fieldSelector));
      yield {
        items: found ? [structuredClone(found)] : [],
        resourceVersion: String(version),
        first: true,
        last: true,
      };
    },
    /** Sends the object whenever it is another one than before. */
    async *watch(type, { fieldSelector, signal }) {
      api.fault?.('watch', type.kind);
      const key = nameOf(type.kind, fieldSelector);
      let last = objects.get(key);
      while (!signal.aborted) {
        const found = objects.get(key);
        if (found && found !== last) yield { type: 'MODIFIED', object: structuredClone(found) };
        else if (!found && last) yield { type: 'DELETED', object: structuredClone(last) };
        last = found;
        if (objects.get(key) !== last) continue;
        await new Promise<void>((resolve) => {
          const end = () => {
            watchers.delete(end);
            signal.removeEventListener('abort', end);
            resolve();
          };
          watchers.add(end);
          signal.addEventListener('abort', end, { once: true });
        });
      }
    },
    async get(type, ref) {
      reads.push(`${type.kind}/${ref.name}`);
      api.fault?.('get', `${type.kind}/${ref.name}`);
      return structuredClone(objects.get(`${type.kind}/${ref.name}`));
    },
    async create(type, object) {
      const key = `${type.kind}/${object.metadata.name}`;
      api.fault?.('create', key);
      if (objects.has(key)) throw conflict('AlreadyExists');
      return store(key, object);
    },
    async patch(type, ref, body) {
      const key = `${type.kind}/${ref.name}`;
      api.fault?.('patch', key);
      const current = objects.get(key);
      if (!current) throw new ApiError({ status: 404 });
      const patch = body as {
        metadata?: { resourceVersion?: string };
        data?: Record<string, string | null>;
        webhooks?: { name: string; clientConfig: { caBundle: string } }[];
      };
      const wanted = patch.metadata?.resourceVersion;
      if (wanted !== undefined && wanted !== current.metadata.resourceVersion) throw conflict('Conflict');
      if (patch.data) {
        const data = { ...(current.data as object), ...patch.data };
        const kept = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
        return store(key, { ...current, data: kept });
      }
      const webhooks = (current.webhooks as { name: string; clientConfig: object }[]).map((webhook) => {
        const found = patch.webhooks?.find(({ name }) => name === webhook.name);
        return found
          ? { ...webhook, clientConfig: { ...webhook.clientConfig, ...found.clientConfig } }
          : webhook;
      });
      return store(key, { ...current, webhooks });
    },
  } satisfies Partial<KubeClient>;
  return {
    ...api,
    client: client as unknown as KubeClient,
    setFault: (fault: typeof api.fault) => (api.fault = fault),
    /** What others do, without the client. */
    change(key: string, object: KubeObject | undefined): void {
      const resourceVersion = String(++version);
      if (object) objects.set(key, { ...object, metadata: { ...object.metadata, resourceVersion } });
      else objects.delete(key);
      for (const tell of watchers) tell();
    },
  };
}

const nameOf = (kind: string, fieldSelector = '') => `${kind}/${fieldSelector.replace('metadata.name=', '')}`;

type Api = ReturnType<typeof createApi>;

function addConfiguration(
  api: Api,
  clientConfigs: readonly object[] = [{ url: 'https://hook.example.com:9443/validate' }],
): void {
  api.change(configurationKey, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'tenant-operator' },
    webhooks: clientConfigs.map((clientConfig, index) => ({ name: `w${index}`, clientConfig })),
  });
}

function bundles(api: Api): string[] {
  const webhooks = (api.objects.get(configurationKey)?.webhooks ?? []) as {
    clientConfig: { caBundle?: string };
  }[];
  return webhooks.map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? '', 'base64').toString());
}

const keepers: CertificateKeeper[] = [];
afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.stop()));
});

interface Replica {
  served: KeyPair[];
  warnings: string[];
}

function startReplica(api: Api, clock: FakeClock): Replica {
  const replica: Replica = { served: [], warnings: [] };
  const keeper = createCertificateKeeper({
    client: api.client,
    clock,
    log: {
      ...silentLogger,
      warn: (fields) => void replica.warnings.push((fields as { cause: string }).cause),
    },
    secret: { namespace: 'system', name: 'certificates' },
    configuration: 'tenant-operator',
    hosts: ['localhost'],
    onServing: (serving) => void replica.served.push(serving),
  });
  keepers.push(keeper);
  keeper.start();
  return replica;
}

/** Keys are made outside of the fake clock's knowledge: waits until `check` holds. */
async function until(check: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!check() && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  expect(check()).toBe(true);
}

/** Every keeper waits for its next look. */
const isResting = (clock: FakeClock) => () => clock.pending() === keepers.length;

async function look(clock: FakeClock): Promise<void> {
  await clock.advance(lookMs);
  await until(isResting(clock));
}

/** Whether a client that trusts the bundle accepts the certificate at this time. */
function isAccepted(serving: KeyPair | undefined, bundle: string, now: number): boolean {
  if (!serving) return false;
  const valid = (text: string) => {
    const { validFrom, validTo } = new X509Certificate(text);
    return Date.parse(validFrom) <= now && now < Date.parse(validTo);
  };
  const own = new X509Certificate(serving.certificate);
  const blocks = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const issuer = blocks.find((block) => own.verify(new X509Certificate(block).publicKey));
  return issuer !== undefined && valid(issuer) && valid(serving.certificate);
}

describe('at first', () => {
  it('certificates are made once, shared by replicas, and published to every webhook', async () => {
    const [api, clock] = [createApi(), createFakeClock()];
    addConfiguration(api, [
      { url: 'https://hook.example.com:9443/validate' },
      { service: { name: 'webhook', namespace: 'system' } },
      { url: 'https://[::1]:9443/validate' },
    ]);
    const replicas = [startReplica(api, clock), startReplica(api, clock)];
    await until(isResting(clock));
    await look(clock);
    const [first, second] = replicas.map(({ served }) => served.at(-1));
    expect(first?.certificate).toBe(second?.certificate);
    expect(new X509Certificate(first?.certificate ?? '').subjectAltName?.split(', ').sort()).toEqual([
      'DNS:hook.example.com',
      'DNS:localhost',
      'DNS:webhook.system.svc',
      'IP Address:0:0:0:0:0:0:0:1',
    ]);
    for (const bundle of bundles(api)) expect(isAccepted(first, bundle, clock.now())).toBe(true);
    expect(Object.keys(api.objects.get(secretKey)?.data as object).sort()).toEqual([
      'ca.crt',
      'ca.key',
      'tls.crt',
      'tls.key',
    ]);
  });

  it.each([
    ['once all is in place', true],
    ['while nobody asks the webhook', false],
  ])('nothing is read and nothing written any more %s', async (_when, isConfigured) => {
    const [api, clock] = [createApi(), createFakeClock()];
    if (isConfigured) addConfiguration(api);
    startReplica(api, clock);
    await until(isResting(clock));
    await look(clock);
    const before = [...api.writes, ...api.reads];
    for (let count = 0; count < 5; count++) await look(clock);
    expect([...api.writes, ...api.reads]).toEqual(before);
  });

  it('who may not watch looks every ten seconds', async () => {
    const [api, clock] = [createApi(), createFakeClock()];
    addConfiguration(api);
    api.setFault((verb) => {
      if (verb === 'list') throw new ApiError({ status: 403, message: 'you may not' });
    });
    const { served } = startReplica(api, clock);
    await until(() => served.length > 0);
    addConfiguration(api);
    await clock.advance(lookMs);
    await until(() => isAccepted(served.at(-1), bundles(api)[0] ?? '', clock.now()));
  });

  it('a configuration that is missing is said once, and served when it comes', async () => {
    const [api, clock] = [createApi(), createFakeClock()];
    const { served, warnings } = startReplica(api, clock);
    await until(isResting(clock));
    await look(clock);
    expect(served).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining('kubectl apply -f deploy/webhook')]);
    addConfiguration(api);
    await look(clock);
    const [bundle = ''] = bundles(api);
    expect(isAccepted(served.at(-1), bundle, clock.now())).toBe(true);
  });

  it('a refusal is said once in the words of the server, and tried again', async () => {
    const [api, clock] = [createApi(), createFakeClock()];
    addConfiguration(api);
    api.setFault((verb, key) => {
      if (verb === 'patch' && key === configurationKey)
        throw new ApiError({ status: 403, message: 'you may not' });
    });
    const { served, warnings } = startReplica(api, clock);
    await until(isResting(clock));
    await look(clock);
    expect(warnings).toEqual(['you may not']);
    expect(served).toHaveLength(1);
    api.setFault(undefined);
    await look(clock);
    expect(isAccepted(served.at(-1), bundles(api)[0] ?? '', clock.now())).toBe(true);
  });
});

describe('over the months', () => {
  it('what any replica serves is accepted at every instant, while everything is renewed', async () => {
    const [api, clock] = [createApi(), createFakeClock()];
    addConfiguration(api);
    const replicas = [startReplica(api, clock), startReplica(api, clock)];
    await until(isResting(clock));
    await look(clock);
    const authorities = new Set<string>();
    let longest = 0;
    const end = clock.now() + 260 * day;
    while (clock.now() < end) {
      const [bundle = ''] = bundles(api);
      const count = bundle.split('-----END').length - 1;
      // Step by step while authorities change.
      clock.jump(count > 1 ? 2 * hour : day);
      // Before the look; after it; and after it by an API server that still has the bundle of before.
      for (const { served } of replicas) expect(isAccepted(served.at(-1), bundle, clock.now())).toBe(true);
      await look(clock);
      for (const { served } of replicas) {
        expect(isAccepted(served.at(-1), bundle, clock.now())).toBe(true);
        expect(isAccepted(served.at(-1), bundles(api)[0] ?? '', clock.now())).toBe(true);
      }
      longest = Math.max(longest, count);
      authorities.add(bundle.slice(0, bundle.indexOf('-----END')));
    }
    expect(longest).toBe(2);
    expect(authorities.size).toBe(2);
    for (const { served } of replicas) expect(served.length).toBeGreaterThan(4);
  }, 180_000);
});

describe('what others do', () => {
  it('a bundle that somebody took away is back at once', async () => {
    const [api, clock] = [createApi(), createFakeClock()];
    addConfiguration(api);
    const { served } = startReplica(api, clock);
    await until(isResting(clock));
    addConfiguration(api);
    await until(() => bundles(api)[0] !== '');
    expect(isAccepted(served.at(-1), bundles(api)[0] ?? '', clock.now())).toBe(true);
  });

  it('a Secret that is gone or garbage is made anew', async () => {
    const [api, clock] = [createApi(), createFakeClock()];
    addConfiguration(api);
    const { served } = startReplica(api, clock);
    await until(isResting(clock));
    api.change(secretKey, undefined);
    await until(() => served.length === 2);
    await until(isResting(clock));
    const secret = api.objects.get(secretKey) as KubeObject;
    api.change(secretKey, { ...secret, data: { ...(secret.data as object), 'ca.key': 'AAAA' } });
    await until(() => served.length === 3);
    expect(isAccepted(served.at(-1), bundles(api)[0] ?? '', clock.now())).toBe(true);
  });

  it('a name that the configuration comes to call is carried after a look', async () => {
    const [api, clock] = [createApi(), createFakeClock()];
    addConfiguration(api);
    const { served } = startReplica(api, clock);
    await until(isResting(clock));
    addConfiguration(api, [{ url: 'https://new.example.com/validate' }]);
    await look(clock);
    expect(new X509Certificate(served.at(-1)?.certificate ?? '').subjectAltName).toContain(
      'DNS:new.example.com',
    );
  });
});
