/**
 * The Gateway API beside Ingress: a template with an HTTPRoute from a row to HTTPS 200, and the move of a running template from
 * Ingress to Gateway in the steps of docs/gateway.md, while somebody asks all the time.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingressRule, registry } from '../../real/objects.ts';
import { createCurl } from '../../rig/data-path/index.ts';
import { CLUSTER_ISSUER, GATEWAY_ADDRESS, INGRESS_ADDRESS } from '../../rig/index.ts';
import { dig, waitFor } from '../../rig/support/index.ts';
import { startRequestLoop } from './loop.ts';
import { startWorld, type World } from './world.ts';

const host = 'acme.example.com';
const patience = 300_000;
const alpha = 'external-dns.alpha.kubernetes.io';

let world: World;

const deployment = {
  id: 'app',
  spec: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: {
      selector: { matchLabels: { app: '{{ .uid }}' } },
      template: {
        metadata: { labels: { app: '{{ .uid }}' } },
        spec: { containers: [{ name: 'app', image: 'app', ports: [{ containerPort: 8080 }] }] },
      },
    },
  },
};

const service = {
  id: 'web',
  spec: {
    apiVersion: 'v1',
    kind: 'Service',
    spec: { selector: { app: '{{ .uid }}' }, ports: [{ port: 80, targetPort: 8080 }] },
  },
};

const ingress = (annotations: Record<string, string> = {}) => ({
  id: 'ingress',
  waitForReady: false,
  spec: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      annotations: {
        [`${alpha}/hostname`]: '{{ .host }}',
        'cert-manager.io/cluster-issuer': CLUSTER_ISSUER,
        ...annotations,
      },
    },
    spec: {
      ingressClassName: 'nginx',
      rules: [ingressRule('{{ .host }}', '{{ .uid }}-web')],
      tls: [{ hosts: ['{{ .host }}'], secretName: '{{ .uid }}-tls' }],
    },
  },
});

const route = {
  id: 'route',
  spec: {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    spec: {
      parentRefs: [{ name: 'edge', sectionName: 'https' }],
      hostnames: ['{{ .host }}'],
      rules: [{ backendRefs: [{ name: '{{ .uid }}-web', port: 80 }] }],
    },
  },
};

const gateway = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'edge', namespace: 'default' },
  spec: {
    gatewayClassName: 'traefik',
    listeners: [
      {
        name: 'https',
        protocol: 'HTTPS',
        port: 443,
        hostname: '*.example.com',
        tls: { mode: 'Terminate', certificateRefs: [{ name: 'edge-tls' }] },
      },
    ],
  },
};

const certificate = {
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'edge', namespace: 'default' },
  spec: {
    secretName: 'edge-tls',
    dnsNames: ['*.example.com'],
    issuerRef: { kind: 'ClusterIssuer', name: CLUSTER_ISSUER },
  },
};

const rights = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'tenant-operator-routes' },
    rules: [
      {
        apiGroups: ['gateway.networking.k8s.io'],
        resources: ['httproutes'],
        verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
      },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'tenant-operator-routes' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'tenant-operator-routes' },
    subjects: [{ kind: 'ServiceAccount', name: 'tenant-operator', namespace: 'tenant-operator-system' }],
  },
];

beforeAll(async () => {
  world = await startWorld({ traefik: { gateway: true } });
  await world.sql.script(`
    CREATE TABLE customers (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active BOOLEAN);
    INSERT INTO customers VALUES ('acme', '${host}', TRUE);
  `);
  await apply(certificate, gateway, ...rights, registry('shop-registry'));
  await template({ ingresses: [ingress()] });
}, patience);

afterAll(async () => world?.stop());

async function apply(...objects: unknown[]): Promise<void> {
  await world.kubectl.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
}

/** The template `shop` with these lists beside its Deployment and its Service. */
async function template(lists: Record<string, unknown>): Promise<void> {
  await apply({
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'TenantTemplate',
    metadata: { name: 'shop', namespace: 'default' },
    spec: { registryId: 'shop-registry', deployments: [deployment], services: [service], ...lists },
  });
}

interface TenantView {
  status?: {
    desiredResources?: number;
    conditions?: { type: string; status: string; reason: string }[];
    dns?: { name: string; resource: string; state: string; expected: string[] }[];
  };
}

function until<T>(what: string, condition: () => Promise<T>) {
  return waitFor(condition, { what, timeoutMs: 150_000 });
}

const tenant = () => world.kubectl.json<TenantView>('get', 'tenant', 'acme-shop');

/** Ready with so many resources, and its record found published for this object. */
async function settled(resources: number, resource: string, address: string): Promise<void> {
  await until(`${resource} to be published with ${address}`, async () => {
    const { status } = await tenant();
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    const [record] = status?.dns ?? [];
    return (
      status?.desiredResources === resources &&
      ready?.status === 'True' &&
      status.dns?.length === 1 &&
      record?.state === 'Published' &&
      record.resource === resource &&
      record.expected.join() === address
    );
  });
}

describe('a template that moves from Ingress to Gateway', () => {
  it(
    'loses no request, and its record follows to the address of the Gateway',
    async () => {
      const root = await world.pebble.root();
      const curl = await createCurl(world.rig.workspace, root);
      const ok = async (address?: string) => {
        const answer = await curl(`https://${host}/`, address === undefined ? {} : { address });
        if (answer.status !== 200) throw new Error(`${answer.status} ${answer.problem}`);
        return true;
      };
      await until('HTTPS 200 by the Ingress', () => ok());
      await settled(3, 'ingress/default/acme-ingress', INGRESS_ADDRESS);
      const loop = startRequestLoop(host, root);
      try {
        await until('requests', async () => (loop.answered.get(INGRESS_ADDRESS) ?? 0) > 25);
        // 1: the route beside the Ingress; the Ingress keeps the name as long as it asks for it.
        await template({ ingresses: [ingress()], manifests: [route] });
        await until('the Gateway to serve the tenant too', () => ok(GATEWAY_ADDRESS));
        await settled(4, 'ingress/default/acme-ingress', INGRESS_ADDRESS);
        // 2: the Ingress asks for no record any more and goes on serving those who remember its address.
        await template({ ingresses: [ingress({ [`${alpha}/controller`]: 'none' })], manifests: [route] });
        await settled(4, 'httproute/default/acme-route', GATEWAY_ADDRESS);
        expect(await dig(world.rig.dns, host)).toEqual([GATEWAY_ADDRESS]);
        // 3: once nobody remembers it, the Ingress goes.
        await template({ manifests: [route] });
        await settled(3, 'httproute/default/acme-route', GATEWAY_ADDRESS);
        await until('the Ingress to go', async () => {
          const text = await world.kubectl('get', 'ingress', 'acme-ingress', '--ignore-not-found');
          return text.trim() === '';
        });
        const before = loop.answered.get(GATEWAY_ADDRESS) ?? 0;
        await until('more requests', async () => (loop.answered.get(GATEWAY_ADDRESS) ?? 0) > before + 25);
      } finally {
        await loop.stop();
      }
      const [byIngress, byGateway] = [INGRESS_ADDRESS, GATEWAY_ADDRESS].map(
        (at) => loop.answered.get(at) ?? 0,
      );
      console.log(
        `${byIngress} requests by the Ingress, ${byGateway} by the Gateway, ${loop.failures.length} lost`,
      );
      expect(loop.failures).toEqual([]);
      expect(byIngress).toBeGreaterThan(25);
      expect(byGateway).toBeGreaterThan(25);
    },
    patience,
  );

  it('is waited for: a route that no Gateway accepts keeps its Tenant from being ready', async () => {
    const astray = {
      ...route,
      spec: { ...route.spec, spec: { ...route.spec.spec, parentRefs: [{ name: 'nowhere' }] } },
    };
    await template({ manifests: [astray] });
    await until('the Tenant to say so', async () => {
      const { status } = await tenant();
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      return ready?.reason === 'WaitingForReady';
    });
    await template({ manifests: [route] });
    await settled(3, 'httproute/default/acme-route', GATEWAY_ADDRESS);
  });

  it('takes record and route away with the row', async () => {
    await world.sql.execute("UPDATE customers SET active = FALSE WHERE id = 'acme'");
    await until('the record to go', async () => (await dig(world.rig.dns, host)).length === 0);
    const routes = await world.kubectl('get', 'httproutes', '-o', 'name');
    expect(routes.trim()).toBe('');
  });
});
