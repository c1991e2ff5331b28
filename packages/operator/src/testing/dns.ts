/** One tenant with an Ingress, a zone on a name server in memory, and the controller over both; for tests. */
import type { DnsSettings, Tenant, TenantTemplate } from '@tenant-operator/api';
import { type KubeObject, silentLogger } from '@tenant-operator/kube';
import { createTenantDns, DNS_DEFAULTS, type DnsDefaults } from '../controller/dns/index.ts';
import { createTenantController } from '../controller/tenant/index.ts';
import { createRouteClaims } from '../controller/tenant/routes.ts';
import type { FakeRecord, FakeServer } from '../dns/lookup/fake.ts';
import type { AskHttps } from '../probe/index.ts';
import { createScope } from '../scope/index.ts';
import { createTestContext, type TestContext } from './context.ts';
import { templateOf } from './template.ts';

export const key = 'ns/alpha-web';
export const host = 'alpha.example.com';
const address = '192.0.2.10';
const ingressRef = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  namespace: 'ns',
  name: 'alpha-ingress',
};

/** What ExternalDNS makes of the Ingress. */
export const record: FakeRecord = { name: host, type: 'A', data: address };
export const ownership = (owner = 'me'): FakeRecord => ({
  name: `a-${host}`,
  type: 'TXT',
  data: `heritage=external-dns,external-dns/owner=${owner},external-dns/resource=ingress/ns/alpha-ingress`,
});

export interface StoryOptions {
  readonly flags?: Partial<DnsDefaults>;
  readonly dns?: DnsSettings;
  readonly annotations?: Record<string, string>;
  readonly item?: object;
  /** Without an Ingress, the template has a ConfigMap alone. */
  readonly withoutIngress?: boolean;
  /** How hosts answer over HTTPS; nobody is asked over the network. */
  readonly askHttps?: AskHttps;
}

export function createStory(options: StoryOptions = {}) {
  const { flags = {}, dns = {}, annotations = {}, item = {} } = options;
  const defaults = { verification: 'Report', nameservers: ['192.0.2.53'], ...flags } as const;
  const rules = [{ host: '{{ .uid }}.example.com', http: { paths: [{ path: '/' }] } }];
  const ingress = { id: 'ingress', spec: { metadata: { annotations }, spec: { rules } }, ...item };
  const lists = options.withoutIngress
    ? { configMaps: [{ id: 'config', spec: { data: {} } }] }
    : { ingresses: [ingress] };
  const template = { ...templateOf(lists) };
  const withDns = (spec: DnsSettings): TenantTemplate => ({
    ...template,
    spec: { ...template.spec, dns: { externalDNS: { ownerId: 'me', policy: 'sync' }, ...spec } },
  });
  const context = createTestContext(withDns(dns), defaults, createScope(), options.askHttps);
  const server: FakeServer = context.lookup.addServer({
    name: 'ns1',
    address: '192.0.2.53',
    zones: [{ apex: 'example.com', records: [] }],
  });
  let controller = controllerOf(context);
  context.dns.start();
  context.addTenant({});

  const tenant = () => context.tenants.get(key) as Tenant;
  const story = {
    context,
    server,
    tenant,
    /** What the zone holds from now on. */
    publish(...records: FakeRecord[]) {
      server.zones[0]!.records = records;
    },
    setDns: (spec: DnsSettings) => context.templates.put(withDns(spec)),
    /** One pass and the requests that it sent. */
    async pass() {
      const before = context.client.log.length;
      const outcome = await controller.reconcile(key);
      await context.clock.advance(0);
      return { outcome, sent: context.client.log.slice(before) };
    },
    /** Time goes by, in seconds; passes follow what the verifier and the outcomes ask for. */
    async run(seconds: number) {
      const end = context.clock.now() + seconds * 1_000;
      let next = context.clock.now();
      while (context.clock.now() < end) {
        if (context.dnsChanges.length > 0 || context.clock.now() >= next) {
          context.dnsChanges.length = 0;
          if (context.tenants.get(key) && !isReleased()) {
            const { outcome } = await story.pass();
            next = context.clock.now() + (outcome.kind === 'after' ? Math.max(100, outcome.ms) : 1e9);
          }
        }
        await context.clock.advance(100);
      }
    },
    /** The Ingress gets its address, as from an ingress controller. */
    giveAddress() {
      const object = ingressOf(context);
      if (!object) throw new Error('there is no Ingress');
      context.client.seed({ ...object, status: { loadBalancer: { ingress: [{ ip: address }] } } });
      context.watchTells(ingressRef);
    },
    /** Applied, with an address, and published: DNS has been looked at. */
    async settle(...records: FakeRecord[]) {
      story.publish(...records);
      await story.run(1);
      story.giveAddress();
      context.dnsChanges.push(key);
      await story.run(5);
    },
    /** Somebody deletes the Tenant. */
    remove() {
      const { metadata, ...rest } = tenant();
      const deletionTimestamp = new Date(context.clock.now()).toISOString();
      const stored = context.client.seed({ ...rest, metadata: { ...metadata, deletionTimestamp } } as never);
      context.tenants.put(stored);
      context.dnsChanges.push(key);
    },
    /** The watch tells that the Ingress is gone. */
    ingressIsGone() {
      context.watchTells(ingressRef);
      context.dnsChanges.push(key);
    },
    ingress: (): KubeObject | undefined => ingressOf(context),
    /** Another process takes over: nothing is remembered but what is stored. */
    async restart() {
      await context.dns.stop();
      const fresh = createTenantDns({
        lookup: context.lookup,
        store: context.children.store,
        defaults: { ...DNS_DEFAULTS, ...defaults },
        onChange: (changed) => void context.dnsChanges.push(changed),
        clock: context.clock,
        log: silentLogger,
        random: () => 0.5,
        ...(options.askHttps ? { askHttps: options.askHttps } : {}),
      });
      Object.assign(context, { dns: fresh });
      controller = controllerOf(context);
      fresh.start();
      context.dnsChanges.push(key);
    },
    /** `Type=Status Reason`. */
    says(type: string) {
      const found = tenant().status?.conditions?.find((condition) => condition.type === type);
      return found ? `${found.status} ${found.reason}` : undefined;
    },
    message: (type: string) =>
      tenant().status?.conditions?.find((condition) => condition.type === type)?.message,
    /** Status writes so far. */
    writes: () => context.client.log.filter((line) => line.endsWith('/status')).length,
    isReleased,
  };
  function isReleased(): boolean {
    const stored = context.client.find('operator.kubernetes-tenants.org/v1', 'Tenant', {
      name: 'alpha-web',
      namespace: 'ns',
    });
    return stored === undefined;
  }
  return story;
}

function ingressOf({ client }: TestContext): KubeObject | undefined {
  return client.find(ingressRef.apiVersion, 'Ingress', { name: ingressRef.name, namespace: 'ns' });
}

function controllerOf(context: TestContext) {
  const claims = createRouteClaims(
    (route) => context.children.store.tenantsOfRoute(route),
    () => {},
  );
  return createTenantController({ context, claims });
}
