/** What a bystander sees of the cluster, kept up by watches, so that waiting for something costs the API server nothing. */
import { KINDS, LABELS } from '@tenant-operator/api';
import {
  createClient,
  createReflector,
  type KubeClient,
  type KubeObject,
  loadConfig,
  type ResourceType,
} from '@tenant-operator/kube';
import { NAMESPACE, RESOURCES } from './workload.ts';

/** A thousand tenants on a machine that others use too. */
const PATIENCE_MS = 1_200_000;

export interface Sight {
  /** By plural; then by name. */
  get(plural: string, name: string): KubeObject | undefined;
  all(plural: string): readonly KubeObject[];
  count(plural: string): number;
  /** Resolves to `performance.now()` of the first change after which the check holds; looks at once too. */
  until(what: string, check: () => boolean, timeoutMs?: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens watches on Tenants and on the tenants' objects; resolves when all are filled. */
export async function createSight(kubeconfig: string): Promise<Sight> {
  const client: KubeClient = createClient(loadConfig({ kubeconfig, env: {} }), { userAgent: 'bench' });
  const waiting = new Set<() => void>();
  const children = RESOURCES.map(({ plural, path }): ResourceType => {
    const [, , group = '', version = 'v1'] = path.startsWith('/apis') ? path.split('/') : [];
    return { group, version, plural, kind: plural, namespaced: true };
  });
  const open = (type: ResourceType, labelSelector?: string) =>
    createReflector<KubeObject>({
      client,
      type,
      namespace: NAMESPACE,
      ...(labelSelector === undefined ? {} : { labelSelector }),
      reduce: (object) => object,
      onChange: () => {
        for (const look of waiting) look();
      },
    });
  const reflectors = new Map([
    ...[KINDS.Tenant, KINDS.TenantRegistry, KINDS.TenantTemplate].map(
      (type) => [type.plural, open(type)] as const,
    ),
    ...children.map((type) => [type.plural, open(type, LABELS.tenant)] as const),
  ]);
  for (const reflector of reflectors.values()) reflector.start();
  await Promise.all([...reflectors.values()].map((reflector) => reflector.synced));
  const storeOf = (plural: string) => {
    const reflector = reflectors.get(plural);
    if (!reflector) throw new Error(`${plural} are not watched`);
    return reflector.store;
  };
  return {
    get: (plural, name) => storeOf(plural).get(`${NAMESPACE}/${name}`),
    all: (plural) => [...storeOf(plural).values()],
    count: (plural) => storeOf(plural).size,
    until(what, check, timeoutMs = PATIENCE_MS) {
      return new Promise((resolve, reject) => {
        const look = () => {
          if (!check()) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(performance.now());
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`waited ${timeoutMs / 1_000} s for ${what}`));
        }, timeoutMs);
        waiting.add(look);
        look();
      });
    },
    async close() {
      await Promise.all([...reflectors.values()].map((reflector) => reflector.stop()));
      await client.close();
    },
  };
}

/** Whether an object says `type: "True"` of the generation that it has. */
export function isTrue(object: KubeObject | undefined, type: string): boolean {
  const status = object?.status as
    | { conditions?: { type: string; status: string; observedGeneration?: number }[] }
    | undefined;
  const condition = status?.conditions?.find((candidate) => candidate.type === type);
  return condition?.status === 'True' && condition.observedGeneration === object?.metadata.generation;
}
