/** The real ExternalDNS with `--source=gateway-httproute` and ours, on the same Gateways and HTTPRoutes. */
import { createClient, loadConfig } from '@tenant-operator/kube';
import type { GatewayObject, RouteObject } from '@tenant-operator/operator/dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, OWNER } from '../../differential/external-dns/check.ts';
import {
  createGateways,
  EDGE,
  generateRoute,
  ROUTES_LABEL,
} from '../../differential/external-dns/generate-route.ts';
import { populate, readAll } from '../../differential/external-dns/populate.ts';
import { createRandom } from '../../differential/external-dns/random.ts';
import { runExternalDns } from '../../differential/external-dns/run.ts';
import { binaryPath } from '../../rig/binaries/index.ts';
import { createWorkspace, startControlPlane } from '../../rig/index.ts';
import { installGatewayKinds } from '../../rig/parts/crds.ts';

/** `DNS_SEED=123` draws other objects; the seed is printed, and any seed must pass. */
const SEED = Number(process.env.DNS_SEED ?? 20_240_116);
const COUNT = 500;
const HITS_PER_RULE = 10;
const NAMESPACE = 'shop';
const apiVersion = 'gateway.networking.k8s.io/v1';

describe(`ExternalDNS v0.14.0 and ours agree on ${COUNT} HTTPRoutes`, () => {
  const workspace = createWorkspace();
  const random = createRandom(SEED);
  const cases = Array.from({ length: COUNT }, (_, index) => generateRoute(random, index, NAMESPACE));
  let kubeconfig: string;
  let routes: RouteObject[];
  let gateways: GatewayObject[];

  beforeAll(async () => {
    const plane = await startControlPlane(workspace, { controllerManager: false, scheduler: false });
    await installGatewayKinds(plane);
    kubeconfig = plane.kubeconfig;
    const client = createClient(loadConfig({ kubeconfig, env: {} }));
    try {
      const namespace = (name: string, labels = {}) => ({
        object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
      });
      await populate(client, [namespace(NAMESPACE, ROUTES_LABEL), namespace(EDGE)]);
      await populate(client, [...createGateways(NAMESPACE), ...cases.map(({ made }) => made)]);
      routes = (await readAll(client, apiVersion, 'HTTPRoute')) as unknown as RouteObject[];
      gateways = (await readAll(client, apiVersion, 'Gateway')) as unknown as GatewayObject[];
    } finally {
      await client.close();
    }
  });
  afterAll(() => workspace.close());

  it('which touch every rule often enough', () => {
    const hits = new Map<string, number>();
    for (const { rules } of cases)
      for (const rule of new Set(rules)) hits.set(rule, (hits.get(rule) ?? 0) + 1);
    const list = [...hits].sort((left, right) => left[1] - right[1]);
    console.log(`seed ${SEED}; hits per rule: ${list.map(([rule, count]) => `${rule} ${count}`).join(', ')}`);
    expect(list.filter(([, count]) => count < HITS_PER_RULE)).toEqual([]);
    expect(routes).toHaveLength(COUNT);
  });

  it('in what the source gives, what the planner creates and what the registry writes', async () => {
    const flags = ['--source=gateway-httproute', '--policy=upsert-only', `--txt-owner-id=${OWNER}`];
    const pass = await runExternalDns(await binaryPath('external-dns'), kubeconfig, flags);
    const cluster = { nodes: [], pods: [], endpoints: [], gateways };
    const { endpoints, created, ownership } = compare(pass, routes, cluster, {
      title: '',
      flags,
      settings: {},
    });
    expect(endpoints.ours, 'what the source gives').toEqual(endpoints.real);
    expect(created.ours, 'what the planner creates').toEqual(created.real);
    expect(ownership.ours, 'the TXT records of the registry').toEqual(ownership.real);
    for (const { real } of [endpoints, created, ownership]) expect(real.length).toBeGreaterThan(100);
  });
});
