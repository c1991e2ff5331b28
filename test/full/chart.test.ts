/** The chart with the real Helm on the real API server: rendered, installed, upgraded, taken away; and its rights, with the operator. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { objectsOf, readChart } from '../../packages/cli/scripts/chart/render.ts';
import { binaryPath } from '../rig/binaries/index.ts';
import { freePort, type Rig, startRig } from '../rig/index.ts';
import { installCertManagerKinds, installPrometheusKinds } from '../rig/parts/crds.ts';
import {
  createKubectl,
  type Kubectl,
  OPERATOR_ACCOUNT,
  type RunResult,
  run,
  startOperator,
  waitFor,
} from '../rig/support/index.ts';

const root = join(import.meta.dirname, '..', '..');
const chart = join(root, 'deploy', 'chart');
const namespace = 'tenant-operator-system';

interface Thing {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly generation?: number;
    readonly annotations?: Record<string, string>;
  };
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: {
      readonly metadata: object;
      readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] };
    };
  };
}

let rig: Rig;
let kubectl: Kubectl;
let helmProgram: string;

beforeAll(async () => {
  helmProgram = await binaryPath('helm');
  rig = await startRig({
    kwok: false,
    mysql: false,
    dns: false,
    externalDns: false,
    controlPlane: { scheduler: false },
  });
  kubectl = await createKubectl(rig.kubeconfig);
});

afterAll(async () => {
  kubectl?.close();
  await rig?.stop();
});

function helm(args: readonly string[], allowFailure = false): Promise<RunResult> {
  const home = rig.workspace.folder('helm');
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    KUBECONFIG: rig.kubeconfig,
    HELM_CACHE_HOME: home,
    HELM_CONFIG_HOME: home,
    HELM_DATA_HOME: home,
  };
  return run(helmProgram, args, { env, allowFailure, timeoutMs: 120_000 });
}

const set = (values: object): string[] =>
  Object.entries(values).flatMap(([path, value]) => ['--set-json', `${path}=${JSON.stringify(value)}`]);

async function rendered(values: object): Promise<Thing[]> {
  const { stdout } = await helm(['template', 'tenant-operator', chart, '-n', namespace, ...set(values)]);
  return parseAllDocuments(stdout).flatMap((document) => (document.toJS() as Thing | null) ?? []);
}

const everything = {
  replicas: 3,
  watchNamespace: 'shop',
  resolve: ['db:3306=10.0.0.1:3306'],
  rbac: {
    anyKind: true,
    extraRules: [{ apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get'] }],
  },
  webhook: { certManager: { enabled: true } },
  dashboard: { enabled: true },
  metrics: {
    tlsSecretName: 'metrics-tls',
    serviceMonitor: { enabled: true, labels: { release: 'x' } },
    rules: { enabled: true },
    grafana: { enabled: true },
  },
  tracing: { endpoint: 'http://collector:4318' },
  dns: {
    nameservers: ['192.0.2.53'],
    externalDns: { ownerId: 'prod', domainFilters: ['example.com', 'example.io'] },
  },
  networkPolicy: {
    enabled: true,
    metricsFrom: [{ namespaceSelector: {} }],
    egress: [{ ports: [{ port: 443 }] }],
  },
  podAnnotations: { a: 'b' },
  nodeSelector: { disk: 'fast' },
  tolerations: [{ operator: 'Exists' }],
  extraEnv: [{ name: 'X', value: '1' }],
};

const byName = (things: readonly Thing[]) =>
  [...things].sort((a, b) => `${a.kind}/${a.metadata.name}`.localeCompare(`${b.kind}/${b.metadata.name}`));

describe('helm', () => {
  it('finds nothing to complain about', async () => {
    const { stdout } = await helm(['lint', '--strict', chart]);
    expect(stdout).toContain('1 chart(s) linted, 0 chart(s) failed');
  });

  it.each([
    { reason: 'its defaults', values: {} },
    { reason: 'all there is', values: everything },
    {
      reason: 'little',
      values: {
        replicas: 1,
        webhook: { enabled: false },
        metrics: { enabled: false },
        crds: { install: false },
        rbac: { create: false },
        serviceAccount: { create: false },
      },
    },
  ])('renders the same as we do for install.yaml: $reason', async ({ values }) => {
    const ours = objectsOf(
      readChart(chart).render({ name: 'tenant-operator', namespace, service: 'Helm' }, values),
    );
    expect(byName(await rendered(values))).toEqual(byName(ours as unknown as Thing[]));
  });

  it.each([
    { reason: 'a value that there is not', values: { replcas: 2 }, says: /replcas/ },
    { reason: 'a word that is none', values: { metrics: { auth: 'maybe' } }, says: /auth/ },
    { reason: 'a number that is text', values: { concurrency: 'many' }, says: /concurrency/ },
  ])('refuses $reason', async ({ values, says }) => {
    const { code, stderr } = await helm(['template', 'x', chart, ...set(values)], true);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(says);
  });
});

describe('on a cluster', () => {
  const names = async (kind: string) => {
    const { items } = await kubectl.json<{ items: Thing[] }>('get', kind, '-A');
    return items.map(({ metadata }) => metadata.name);
  };

  it('every object passes strict validation', async () => {
    await kubectl('create', 'namespace', namespace);
    const { stdout } = await helm([
      'template',
      'tenant-operator',
      chart,
      '-n',
      namespace,
      ...set({
        dashboard: { enabled: true },
        networkPolicy: { enabled: true },
        metrics: { grafana: { enabled: true } },
      }),
    ]);
    const answer = await kubectl.run(['apply', '--dry-run=server', '--validate=strict', '-f', '-'], {
      stdin: stdout,
    });
    expect(answer.stderr).not.toMatch(/unknown field|duplicate field/);
    expect(answer.stdout).toContain('deployment.apps/tenant-operator created (server dry run)');
  });

  it('every object of everything that can be switched on does too, beside Prometheus operator and cert-manager', {
    timeout: 300_000,
  }, async () => {
    await kubectl('create', 'namespace', 'shop');
    await installCertManagerKinds(rig);
    await installPrometheusKinds(rig);
    const { stdout } = await helm([
      'template',
      'tenant-operator',
      chart,
      '-n',
      namespace,
      ...set(everything),
    ]);
    const answer = await kubectl.run(['apply', '--dry-run=server', '--validate=strict', '-f', '-'], {
      stdin: stdout,
    });
    expect(answer.stderr).not.toMatch(/unknown field|duplicate field/);
    for (const made of [
      'servicemonitor.monitoring.coreos.com/tenant-operator',
      'prometheusrule.monitoring.coreos.com/tenant-operator',
      'certificate.cert-manager.io/tenant-operator-webhook',
      'issuer.cert-manager.io/tenant-operator-webhook',
      'networkpolicy.networking.k8s.io/tenant-operator',
      'poddisruptionbudget.policy/tenant-operator',
      'role.rbac.authorization.k8s.io/tenant-operator-tenants',
    ])
      expect(answer.stdout).toContain(`${made} created (server dry run)`);
  });

  it('is installed, with pods that the restricted profile admits', async () => {
    const { stdout } = await helm(['install', 'tenant-operator', chart, '-n', namespace]);
    expect(stdout).toContain('STATUS: deployed');
    expect(stdout).toContain('kubectl create clusterrolebinding tenant-operator-metrics-reader');
    expect(await names('crd')).toContain('tenants.operator.kubernetes-tenants.org');
    const { spec } = await kubectl.json<Thing>('get', 'deployment', 'tenant-operator', '-n', namespace);
    expect(spec?.replicas).toBe(2);
    await kubectl('create', 'namespace', 'restricted');
    await kubectl('label', 'namespace', 'restricted', 'pod-security.kubernetes.io/enforce=restricted');
    await kubectl('create', 'serviceaccount', 'tenant-operator', '-n', 'restricted');
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'as-in-the-chart', namespace: 'restricted' },
      spec: spec?.template?.spec,
    };
    expect(await kubectl.apply(JSON.stringify(pod), '--dry-run=server')).toContain(
      'pod/as-in-the-chart created',
    );
  });

  it('gives the operator the rights that it needs, no more, and arguments that it takes', async () => {
    const { spec } = await kubectl.json<Thing>('get', 'deployment', 'tenant-operator', '-n', namespace);
    const args = spec?.template?.spec.containers[0]?.args ?? [];
    const [healthPort, metricsPort, webhookPort] = [await freePort(), await freePort(), await freePort()];
    const bound = new Map([
      ['--health-bind-address', healthPort],
      ['--metrics-bind-address', metricsPort],
      ['--webhook-bind-address', webhookPort],
    ]);
    const here = args.slice(1).map((argument) => {
      const [flag = ''] = argument.split('=');
      return bound.has(flag) ? `${flag}=127.0.0.1:${bound.get(flag)}` : argument;
    });
    const operator = await startOperator(
      { workspace: rig.workspace, kubeconfigFor: rig.kubeconfigFor },
      { args: here },
    );
    const isReady = async () => {
      const response = await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => undefined);
      return response?.status === 200;
    };
    await waitFor(isReady, { what: 'the operator to be ready', timeoutMs: 60_000 });
    const [ns, name] = OPERATOR_ACCOUNT.split('/');
    const refused = rig
      .auditEvents({ user: `system:serviceaccount:${ns}:${name}` })
      .filter(({ responseStatus }) => responseStatus?.code === 403);
    expect(refused.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
    // The certificate that it made has reached the configuration of the chart.
    const webhook = await kubectl(
      'get',
      'validatingwebhookconfiguration',
      'tenant-operator',
      '-o',
      'jsonpath={.webhooks[*].clientConfig.caBundle}',
    );
    expect(webhook.split(' ').filter((bundle) => bundle.length > 100)).toHaveLength(2);
    await operator.stop();
    const may = (verb: string, ...resource: string[]) =>
      kubectl.run(['auth', 'can-i', verb, ...resource, `--as=system:serviceaccount:${ns}:${name}`], {
        allowFailure: true,
      });
    expect((await may('create', 'deployments', '-A')).stdout.trim()).toBe('yes');
    expect((await may('create', 'clusterroles')).stdout.trim()).toBe('no');
    expect((await may('update', 'leases', '-n', 'kube-system')).stdout.trim()).toBe('no');
  });

  it('lets people of the cluster read and write its kinds by their roles', async () => {
    await kubectl('create', 'rolebinding', 'reader', '-n', 'default', '--clusterrole=view', '--user=reader');
    await kubectl('create', 'rolebinding', 'writer', '-n', 'default', '--clusterrole=edit', '--user=writer');
    const may = async (user: string, verb: string, resource: string) => {
      const { stdout } = await kubectl.run(
        ['auth', 'can-i', verb, resource, '-n', 'default', `--as=${user}`],
        { allowFailure: true },
      );
      return stdout.trim();
    };
    await waitFor(async () => (await may('reader', 'list', 'tenants')) === 'yes', {
      what: 'the roles to be aggregated',
    });
    expect(await may('reader', 'create', 'tenanttemplates')).toBe('no');
    expect(await may('writer', 'create', 'tenanttemplates')).toBe('yes');
    expect(await may('writer', 'create', 'tenants')).toBe('no');
  });

  it('is upgraded in place, and keeps what the operator wrote into its webhook', async () => {
    const before = await kubectl(
      'get',
      'validatingwebhookconfiguration',
      'tenant-operator',
      '-o',
      'jsonpath={.webhooks[*].clientConfig.caBundle}',
    );
    const { stdout } = await helm([
      'upgrade',
      'tenant-operator',
      chart,
      '-n',
      namespace,
      ...set({ replicas: 3, log: { level: 'debug' } }),
    ]);
    expect(stdout).toContain('REVISION: 2');
    const { spec } = await kubectl.json<Thing>('get', 'deployment', 'tenant-operator', '-n', namespace);
    expect(spec?.replicas).toBe(3);
    expect(spec?.template?.spec.containers[0]?.args).toContain('--log-level=debug');
    const after = await kubectl(
      'get',
      'validatingwebhookconfiguration',
      'tenant-operator',
      '-o',
      'jsonpath={.webhooks[*].clientConfig.caBundle}',
    );
    expect(after).toBe(before);
  });

  it('has no rights outside of the namespace that it is told to look at, and needs none', async () => {
    await helm(['upgrade', 'tenant-operator', chart, '-n', namespace, ...set({ watchNamespace: 'shop' })]);
    const mark = rig.auditMark();
    const healthPort = await freePort();
    const operator = await startOperator(
      { workspace: rig.workspace, kubeconfigFor: rig.kubeconfigFor },
      {
        name: 'operator-of-shop',
        args: [
          '--namespace=shop',
          `--operator-namespace=${namespace}`,
          `--health-bind-address=127.0.0.1:${healthPort}`,
          '--webhook',
          `--webhook-bind-address=127.0.0.1:${await freePort()}`,
        ],
      },
    );
    const isReady = async () => {
      const response = await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => undefined);
      return response?.status === 200;
    };
    await waitFor(isReady, { what: 'the operator to be ready', timeoutMs: 60_000 });
    const [ns, name] = OPERATOR_ACCOUNT.split('/');
    const user = `system:serviceaccount:${ns}:${name}`;
    // A Tenant by hand: what a sync would make of a row, without a database.
    const api = 'operator.kubernetes-tenants.org/v1';
    const source = {
      type: 'mysql',
      mysql: { host: 'nowhere.invalid', database: 'd', table: 't', username: 'u' },
    };
    for (const object of [
      {
        apiVersion: api,
        kind: 'TenantRegistry',
        metadata: { name: 'reg', namespace: 'shop' },
        spec: { source, valueMappings: { uid: 'id', activate: 'active' } },
      },
      {
        apiVersion: api,
        kind: 'TenantTemplate',
        metadata: { name: 'web', namespace: 'shop' },
        spec: {
          registryId: 'reg',
          configMaps: [{ id: 'c', spec: { data: { uid: '{{ .uid }}' } } }],
          namespaces: [{ id: 'n', nameTemplate: 'of-{{ .uid }}', spec: {} }],
        },
      },
      {
        apiVersion: api,
        kind: 'Tenant',
        metadata: {
          name: 'acme-web',
          namespace: 'shop',
          labels: { 'kubernetes-tenants.org/registry': 'reg', 'kubernetes-tenants.org/uid': 'acme' },
        },
        spec: { uid: 'acme', registryId: 'reg', templateRef: 'web', values: {} },
      },
    ])
      await kubectl.apply(JSON.stringify(object));
    await kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'tenant/acme-web', '-n', 'shop');
    expect(await names('namespaces')).toContain('of-acme');
    await kubectl('delete', 'tenant', 'acme-web', '-n', 'shop', '--timeout=60s');
    await operator.stop();
    const refused = rig
      .auditEvents({ user, since: mark })
      .filter(({ responseStatus }) => responseStatus?.code === 403);
    expect(refused.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
    const may = async (verb: string, resource: string, where: string) => {
      const { stdout } = await kubectl.run(['auth', 'can-i', verb, resource, '-n', where, `--as=${user}`], {
        allowFailure: true,
      });
      return stdout.trim();
    };
    expect(await may('create', 'deployments', 'shop')).toBe('yes');
    expect(await may('create', 'deployments', 'default')).toBe('no');
    expect(await may('list', 'secrets', 'default')).toBe('no');
    await helm(['upgrade', 'tenant-operator', chart, '-n', namespace]);
  });

  it('leaves CRDs and tenants behind when it is uninstalled, and can come back', async () => {
    const tenant = {
      apiVersion: 'operator.kubernetes-tenants.org/v1',
      kind: 'Tenant',
      metadata: { name: 'kept', namespace: 'default' },
      spec: { uid: 'kept', registryId: 'reg', templateRef: 'web' },
    };
    await kubectl.apply(JSON.stringify(tenant));
    await helm(['uninstall', 'tenant-operator', '-n', namespace]);
    expect(await names('crd')).toContain('tenants.operator.kubernetes-tenants.org');
    expect(await names('tenants')).toContain('kept');
    expect(await names('validatingwebhookconfigurations')).not.toContain('tenant-operator');
    expect(await names('clusterroles')).not.toContain('tenant-operator');
    const again = await helm(['install', 'tenant-operator', chart, '-n', namespace]);
    expect(again.stdout).toContain('STATUS: deployed');
    await helm(['uninstall', 'tenant-operator', '-n', namespace]);
  });
});

describe('install.yaml', () => {
  it('installs the same without Helm', async () => {
    await kubectl('delete', 'namespace', namespace, '--wait=false');
    await waitFor(async () => (await kubectl('get', 'namespace', namespace, '--ignore-not-found')) === '', {
      what: 'the namespace to be gone',
      timeoutMs: 60_000,
    });
    const file = join(root, 'deploy', 'install.yaml');
    await kubectl('apply', '--server-side', '--force-conflicts', '--validate=strict', '-f', file);
    const { spec } = await kubectl.json<Thing>('get', 'deployment', 'tenant-operator', '-n', namespace);
    expect(spec?.template?.spec.containers[0]?.args).toContain(`--operator-namespace=${namespace}`);
    const crd = await kubectl.json<Thing>('get', 'crd', 'tenants.operator.kubernetes-tenants.org');
    expect(crd.kind).toBe('CustomResourceDefinition');
    // A second time changes nothing.
    await kubectl('apply', '--server-side', '--validate=strict', '-f', file);
    const { metadata } = await kubectl.json<Thing>('get', 'deployment', 'tenant-operator', '-n', namespace);
    expect(metadata.generation).toBe(1);
  });
});
