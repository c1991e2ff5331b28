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

/** Ten thousand tenants on a machine that others use too. */
const PATIENCE_MS = 3_600_000;

export interface Sight {
  /** By plural; then by name. */
  get(plural: string, name: string): KubeObject | undefined;
  all(plural: string): readonly KubeObject[];
  count(plural: string): number;
  /**
   * Watches Tenants and their objects from now on. Whoever measures provisioning wants that later: what the API server and this
   * process spend on it is taken from the operator's time, and not from the raw client's.
   */
  watchTenants(): Promise<void>;
  /** Resolves to `performance.now()` once a change is seen after which the check holds; looks at once too. */
  until(what: string, check: () => boolean, timeoutMs?: number): Promise<number>;
  /** The same for `count` objects of a kind, of which each must pass; a look costs little as long as one does not. */
  untilAll(
    what: string,
    plural: string,
    count: number,
    check: (object: KubeObject | undefined) => boolean,
  ): Promise<number>;
  close(): Promise<void>;
}

/** Opens watches on registries and templates, which change seldom; resolves when both are filled. */
export async function createSight(kubeconfig: string): Promise<Sight> {
  const client: KubeClient = createClient(loadConfig({ kubeconfig, env: {} }), { userAgent: 'bench' });
  const waiting = new Set<() => void>();
  let isDue = false;
  /** Once for all the changes that came together. */
  const lookSoon = () => {
    if (isDue || waiting.size === 0) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      for (const look of waiting) look();
    });
  };
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
      onChange: lookSoon,
    });
  const reflectors = new Map<string, ReturnType<typeof open>>();
  const watch = async (opened: readonly (readonly [string, ReturnType<typeof open>])[]) => {
    for (const [plural, reflector] of opened) reflectors.set(plural, reflector);
    for (const [, reflector] of opened) reflector.start();
    await Promise.all(opened.map(([, reflector]) => reflector.synced));
  };
  await watch([KINDS.TenantRegistry, KINDS.TenantTemplate].map((type) => [type.plural, open(type)] as const));
  const storeOf = (plural: string) => {
    const reflector = reflectors.get(plural);
    if (!reflector) throw new Error(`${plural} are not watched`);
    return reflector.store;
  };
  const until: Sight['until'] = (what, check, timeoutMs = PATIENCE_MS) => {
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
  };
  return {
    get: (plural, name) => storeOf(plural).get(`${NAMESPACE}/${name}`),
    all: (plural) => [...storeOf(plural).values()],
    count: (plural) => storeOf(plural).size,
    watchTenants: () =>
      watch([
        [KINDS.Tenant.plural, open(KINDS.Tenant)],
        ...children.map((type) => [type.plural, open(type, LABELS.tenant)] as const),
      ]),
    until,
    untilAll(what, plural, count, check) {
      const store = storeOf(plural);
      let missing: string | undefined;
      return until(what, () => {
        if (store.size !== count || (missing !== undefined && !check(store.get(missing)))) return false;
        missing = undefined;
        for (const [name, object] of store) {
          if (check(object)) continue;
          missing = name;
          return false;
        }
        return true;
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
