/** The chart, rendered without Helm; test/full renders and installs it with Helm. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { objectsOf, readChart } from '../../../packages/cli/scripts/chart/render.ts';
import { type ChartValue, FLAGS_WITHOUT_VALUE, VALUES } from '../../../packages/cli/scripts/chart/table.ts';
import { runCommand } from '../../../packages/cli/src/commands/run.ts';

const deploy = join(import.meta.dirname, '..', '..', '..', 'deploy');
const chart = readChart(join(deploy, 'chart'));
const release = { name: 'tenant-operator', namespace: 'system', service: 'Helm' };

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly args: readonly string[]; readonly image: string }[];
        readonly volumes?: readonly { readonly secret: { readonly secretName: string } }[];
      };
    };
  };
  readonly [field: string]: unknown;
}

function render(values: object = {}): Rendered[] {
  return objectsOf(chart.render(release, values)) as unknown as Rendered[];
}

function argsOf(values: object = {}): readonly string[] {
  const deployment = render(values).find(({ kind }) => kind === 'Deployment');
  return deployment?.spec.template.spec.containers[0]?.args ?? [];
}

const flagOf = (argument: string) => argument.split('=')[0] ?? '';

/** A nested object from dotted paths. */
function nested(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(values)) {
    const parts = path.split('.');
    let place = root;
    for (const part of parts.slice(0, -1)) {
      place[part] ??= {};
      place = place[part] as Record<string, unknown>;
    }
    place[parts.at(-1) ?? ''] = value;
  }
  return root;
}

/** Something else than nothing. */
function example({ type, default: value }: ChartValue): unknown {
  switch (type.kind) {
    case 'string':
      return type.choices?.at(-1) ?? (value === '' ? 'example' : value);
    case 'boolean':
      return true;
    case 'strings':
      return ['example:1', 'other:2'];
    default:
      return value;
  }
}

/** Rendering compiles every template, which a busy machine takes its time for. */
const patience = { timeout: 60_000 };

describe('the values of the chart', patience, () => {
  const flags = runCommand().options.map(({ long }) => long ?? '');

  it.each(flags)('know the flag %s', (flag) => {
    const isValue = VALUES.some((value) => value.flag === flag);
    const isExplained = flag in FLAGS_WITHOUT_VALUE;
    expect({ isValue, isExplained }).toEqual({ isValue: !isExplained, isExplained });
  });

  it('name no flag that there is not', () => {
    const named = [...VALUES.flatMap(({ flag = [] }) => flag), ...Object.keys(FLAGS_WITHOUT_VALUE)];
    expect(named.filter((flag) => !flags.includes(flag))).toEqual([]);
  });

  it('have the defaults of the flags', () => {
    const options = new Map(runCommand().options.map((option) => [option.long ?? '', option]));
    const differing = VALUES.filter(({ flag, flagValue }) => flag !== undefined && flagValue === undefined)
      // These are on in a cluster, and off on a desk; there nobody needs to be kept to a namespace.
      .filter(({ path }) => !['webhook.enabled', 'metrics.auth', 'scope.allowedNamespaces'].includes(path))
      .filter(({ flag = '', default: value }) => {
        const own: unknown = options.get(flag)?.defaultValue;
        const isEmpty = value === '' || value === false || (Array.isArray(value) && value.length === 0);
        const isUnset = own === undefined || own === false || (Array.isArray(own) && own.length === 0);
        return isEmpty ? !isUnset : own !== value;
      });
    expect(differing.map(({ path }) => path)).toEqual([]);
  });

  it('are those of values.yaml', () => {
    const file: unknown = parse(readFileSync(join(deploy, 'chart', 'values.yaml'), 'utf8'));
    expect(file).toEqual(nested(Object.fromEntries(VALUES.map(({ path, default: value }) => [path, value]))));
  });

  it('become arguments that the command takes', () => {
    const everything = nested(
      Object.fromEntries(
        VALUES.filter(({ flag }) => flag !== undefined).map((value) => [value.path, example(value)]),
      ),
    );
    for (const values of [{}, { metrics: { enabled: false }, webhook: { enabled: false } }, everything]) {
      const [command, ...args] = argsOf(values);
      expect(command).toBe('run');
      const unknown = args.map(flagOf).filter((flag) => !flags.includes(flag));
      expect(unknown).toEqual([]);
    }
    const given = new Set(argsOf(everything).map(flagOf));
    // Both at once would be refused by the command; the chart hands on what it is told.
    const wanted = flags.filter((flag) => !['--kubeconfig', '--context'].includes(flag));
    const off = ['--dashboard-bind-address'];
    expect(wanted.filter((flag) => !given.has(flag) && !off.includes(flag))).toEqual([]);
  });
});

describe('the chart', patience, () => {
  it('makes what an installation needs', () => {
    const made = render().map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(made.sort()).toMatchInlineSnapshot(`
      [
        "ClusterRole/tenant-operator",
        "ClusterRole/tenant-operator-edit",
        "ClusterRole/tenant-operator-metrics-reader",
        "ClusterRole/tenant-operator-view",
        "ClusterRoleBinding/tenant-operator",
        "CustomResourceDefinition/tenantregistries.operator.kubernetes-tenants.org",
        "CustomResourceDefinition/tenants.operator.kubernetes-tenants.org",
        "CustomResourceDefinition/tenanttemplates.operator.kubernetes-tenants.org",
        "Deployment/tenant-operator",
        "PodDisruptionBudget/tenant-operator",
        "Role/tenant-operator",
        "RoleBinding/tenant-operator",
        "Service/tenant-operator-metrics",
        "Service/tenant-operator-webhook",
        "ServiceAccount/tenant-operator",
        "ValidatingWebhookConfiguration/tenant-operator",
      ]
    `);
  });

  it('keeps the CRDs when it is uninstalled, and makes none when told so', () => {
    const crds = render().filter(({ kind }) => kind === 'CustomResourceDefinition');
    expect(crds.map(({ metadata }) => metadata.annotations?.['helm.sh/resource-policy'])).toEqual([
      'keep',
      'keep',
      'keep',
    ]);
    expect(render({ crds: { install: false } }).some(({ kind }) => kind === 'CustomResourceDefinition')).toBe(
      false,
    );
  });

  it('asks for no right to every kind unless it is told to', () => {
    const rulesOf = (values: object) =>
      JSON.stringify(
        render(values).find(
          ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'tenant-operator',
        ),
      );
    expect(rulesOf({})).not.toContain('"*"');
    expect(rulesOf({ rbac: { anyKind: true } })).toContain('"*"');
    const extra = [{ apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get'] }];
    expect(rulesOf({ rbac: { extraRules: extra } })).toContain('widgets');
  });

  it('has a Role for the one namespace that it looks at, and a ClusterRole for kinds without a namespace alone', () => {
    interface Rule {
      readonly resources: readonly string[];
    }
    const resources = (values: object, wanted: string, name: string) =>
      render(values)
        .filter(({ kind, metadata }) => kind === wanted && metadata.name === name)
        .flatMap(({ rules }) => (rules as readonly Rule[]).flatMap((rule) => rule.resources));
    const extra = [{ apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get'] }];
    const values = { watchNamespace: 'shop', rbac: { extraRules: extra } };
    expect(resources(values, 'ClusterRole', 'tenant-operator').sort()).toEqual([
      'namespaces',
      'storageclasses',
      'validatingwebhookconfigurations',
    ]);
    expect(resources(values, 'Role', 'tenant-operator')).toEqual(['leases', 'secrets']);
    const here = resources(values, 'Role', 'tenant-operator-tenants');
    expect(here).toEqual(expect.arrayContaining(['tenants', 'deployments', 'secrets', 'widgets']));
    expect(here).not.toContain('namespaces');
    // Together they are what the whole cluster gets otherwise.
    const all = resources({ rbac: { extraRules: extra } }, 'ClusterRole', 'tenant-operator');
    expect(new Set([...here, ...resources(values, 'ClusterRole', 'tenant-operator')])).toEqual(new Set(all));
    expect(render({}).map(({ metadata }) => metadata.name)).not.toContain('tenant-operator-tenants');
  });

  it('leaves certificates to cert-manager when told so', () => {
    const objects = render({ webhook: { certManager: { enabled: true } } });
    const kinds = objects.map(({ kind }) => kind);
    expect(kinds).toContain('Certificate');
    expect(kinds).toContain('Issuer');
    const configuration = objects.find(({ kind }) => kind === 'ValidatingWebhookConfiguration');
    expect(configuration?.metadata.annotations?.['cert-manager.io/inject-ca-from']).toBe(
      'system/tenant-operator-webhook',
    );
    const deployment = objects.find(({ kind }) => kind === 'Deployment');
    expect(deployment?.spec.template.spec.volumes?.[0]?.secret.secretName).toBe(
      'tenant-operator-webhook-tls',
    );
    const issuerRef = { kind: 'ClusterIssuer', name: 'own' };
    const own = render({ webhook: { certManager: { enabled: true, issuerRef } } });
    expect(own.map(({ kind }) => kind)).not.toContain('Issuer');
    expect(own.find(({ kind }) => kind === 'Certificate')?.spec).toMatchObject({ issuerRef });
  });

  it.each([
    { reason: 'one replica', values: { replicas: 1 }, absent: 'PodDisruptionBudget' },
    { reason: 'by default', values: {}, absent: 'NetworkPolicy' },
    { reason: 'by default', values: {}, absent: 'ServiceMonitor' },
    {
      reason: 'no webhook',
      values: { webhook: { enabled: false } },
      absent: 'ValidatingWebhookConfiguration',
    },
    { reason: 'rights from elsewhere', values: { rbac: { create: false } }, absent: 'ClusterRole' },
  ])('makes no $absent: $reason', ({ values, absent }) => {
    expect(render(values).map(({ kind }) => kind)).not.toContain(absent);
  });

  it('makes what is asked for', () => {
    const kinds = render({
      networkPolicy: { enabled: true, egress: [{ ports: [{ port: 443 }] }] },
      metrics: { serviceMonitor: { enabled: true }, rules: { enabled: true }, grafana: { enabled: true } },
      dashboard: { enabled: true },
    }).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    for (const object of [
      'NetworkPolicy/tenant-operator',
      'ServiceMonitor/tenant-operator',
      'PrometheusRule/tenant-operator',
      'ConfigMap/tenant-operator-grafana',
      'Service/tenant-operator-dashboard',
    ])
      expect(kinds).toContain(object);
  });

  it.each([
    { image: { tag: '1.2.3' }, gives: 'ghcr.io/kubernetes-tenants/tenant-operator:1.2.3' },
    { image: { digest: 'sha256:abc' }, gives: 'ghcr.io/kubernetes-tenants/tenant-operator@sha256:abc' },
  ])('names the image $gives', ({ image, gives }) => {
    const deployment = render({ image }).find(({ kind }) => kind === 'Deployment');
    expect(deployment?.spec.template.spec.containers[0]?.image).toBe(gives);
  });
});
