/** What a tenant goes through between its first and its last object, each step to be interrupted after any write. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditMark, type Rig, startRig } from '../rig/index.ts';
import {
  createSql,
  OPERATOR_ACCOUNT,
  prepareCluster,
  prepareCredentials,
  type Sql,
  startOperator,
  waitFor,
} from '../rig/support/index.ts';
import { startWriteProxy, type WriteProxy } from './crash.proxy.ts';
import { type AnyObject, OPERATOR_USER } from './harness.ts';
import { configMap, registry, template } from './objects.ts';

export const storyNames = ['create', 'edit', 'deactivate', 'activate', 'remove'] as const;
/** In the order in which they follow one another; after the last one the first one can begin again. */
export type StoryName = (typeof storyNames)[number];

export interface CrashRig {
  /** Runs a step without interruption and gives its writes. */
  record(name: StoryName): Promise<readonly string[]>;
  /**
   * Runs a step whose operator is killed as soon as the server has carried out its `count`-th write, and another one that
   * finishes it. False when the step ended before that many writes. Throws when anything is other than it should be.
   */
  crash(name: StoryName, count: number): Promise<boolean>;
  stop(): Promise<void>;
}

const first = {
  configMaps: [
    configMap('base', { rev: '1' }),
    configMap('far', { rev: '1' }, { targetNamespace: 'elsewhere', dependIds: ['base'] }),
    configMap('kept', { rev: '1' }, { deletionPolicy: 'Retain' }),
    configMap('top', { rev: '1' }, { dependIds: ['far'] }),
  ],
  manifests: [
    {
      id: 'role',
      nameTemplate: '{{ .uid }}-role',
      spec: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', rules: [] },
    },
  ],
};

/** `far` has another name, `role` is gone, `deep` is new. */
const second = {
  configMaps: [
    configMap('base', { rev: '2' }),
    configMap(
      'far',
      { rev: '2' },
      { ...(first.configMaps[1] as object), nameTemplate: '{{ .uid }}-farther' },
    ),
    configMap('kept', { rev: '2' }, { deletionPolicy: 'Retain' }),
    configMap('top', { rev: '2' }, { dependIds: ['far'] }),
    configMap('deep', { rev: '2' }, { targetNamespace: 'elsewhere', dependIds: ['top'] }),
  ],
};

const onFirst = [
  'ClusterRole /solo-role',
  'ConfigMap default/solo-base',
  'ConfigMap default/solo-kept',
  'ConfigMap default/solo-top',
  'ConfigMap elsewhere/solo-far',
];
const onSecond = [
  'ConfigMap default/solo-base',
  'ConfigMap default/solo-kept',
  'ConfigMap default/solo-top',
  'ConfigMap elsewhere/solo-deep',
  'ConfigMap elsewhere/solo-farther',
];
const afterwards = ['ConfigMap default/solo-kept orphaned'];

interface Story {
  begin(world: World): Promise<void>;
  /** Objects afterwards, sorted. */
  readonly objects: readonly string[];
  /** Objects that the operator may delete meanwhile. */
  readonly deletes: readonly string[];
  readonly isRemoval: boolean;
}

const own = '/apis/operator.kubernetes-tenants.org/v1/namespaces/default';

const stories: Record<StoryName, Story> = {
  create: {
    async begin({ apply }) {
      await apply(`${own}/tenantregistries/crash`, registry('crash', { table: 'solo' }));
      await apply(`${own}/tenanttemplates/app`, template('app', 'crash', first));
    },
    objects: onFirst,
    deletes: [],
    isRemoval: false,
  },
  edit: {
    begin: ({ apply }) => apply(`${own}/tenanttemplates/app`, template('app', 'crash', second)),
    objects: onSecond,
    deletes: ['solo-far', 'solo-role'],
    isRemoval: false,
  },
  deactivate: {
    begin: async ({ sql }) => void (await sql.execute("UPDATE solo SET active='0'")),
    objects: afterwards,
    deletes: ['solo-app', 'solo-base', 'solo-top', 'solo-deep', 'solo-farther'],
    isRemoval: true,
  },
  activate: {
    begin: async ({ sql }) => void (await sql.execute("UPDATE solo SET active='1'")),
    objects: onSecond,
    deletes: [],
    isRemoval: false,
  },
  remove: {
    async begin({ rig }) {
      await rig.api.request('DELETE', `${own}/tenantregistries/crash`);
      await rig.api.request('DELETE', `${own}/tenanttemplates/app`);
    },
    objects: afterwards,
    deletes: ['solo-app', 'solo-base', 'solo-top', 'solo-deep', 'solo-farther'],
    isRemoval: true,
  },
};

interface World {
  readonly rig: Rig;
  readonly sql: Sql;
  /** Server-side apply as a person. */
  apply(path: string, object: unknown): Promise<void>;
}

/** One rig, an operator behind the proxy, and a second tenant that none of this may touch. */
export async function startCrashRig(): Promise<CrashRig> {
  const rig = await startRig({ externalDns: false, dns: false, kwok: false });
  const sql = createSql(rig.mysql);
  let proxy: WriteProxy | undefined;
  const stop = async () => {
    await sql.close();
    // The operator first, or it would wait for a proxy that is gone.
    await rig.stop();
    await proxy?.close();
  };
  try {
    await prepareCluster(rig);
    await prepareCredentials(rig, rig.database);
    const world: World = { rig, sql, apply: (path, object) => applyAsPerson(rig, path, object) };
    await prepareWorld(world);
    const kubeconfig = await rig.kubeconfigFor(OPERATOR_ACCOUNT);
    proxy = await startWriteProxy(kubeconfig);
    await startOperator(rig, { kubeconfig: redirect(rig, kubeconfig, proxy.url) });
    await waitFor(async () => (await tenant(world, 'calm-calm'))?.isReady, { what: 'the bystander' });
    return { ...createRunner(world, proxy), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function applyAsPerson(rig: Rig, path: string, object: unknown): Promise<void> {
  const query = '?fieldManager=person&force=true';
  const answer = await rig.api.request('PATCH', path + query, object, 'application/apply-patch+yaml');
  if (answer.status >= 300) throw new Error(`PATCH ${path}: ${JSON.stringify(answer.body)}`);
}

async function prepareWorld({ rig, sql, apply }: World): Promise<void> {
  const roles = '/apis/rbac.authorization.k8s.io/v1';
  const name = 'tenant-operator-clusterroles';
  const [namespace, account] = OPERATOR_ACCOUNT.split('/');
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name } };
  const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
  await apply(`${roles}/clusterroles/${name}`, {
    ...rbac,
    kind: 'ClusterRole',
    rules: [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs }],
  });
  await apply(`${roles}/clusterrolebindings/${name}`, {
    ...rbac,
    kind: 'ClusterRoleBinding',
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  });
  await rig.api.ensure('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'elsewhere' },
  });
  for (const table of ['solo', 'calm']) {
    await sql.script(`
      CREATE TABLE ${table} (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active VARCHAR(10));
      INSERT INTO ${table} VALUES ('${table}', '${table}.example.com', '1');
    `);
  }
  await apply(`${own}/tenantregistries/calm`, registry('calm', { table: 'calm' }));
  await apply(`${own}/tenanttemplates/calm`, template('calm', 'calm', first));
}

/** The same kubeconfig by way of the proxy. */
function redirect(rig: Rig, kubeconfig: string, server: string): string {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as { clusters: { cluster: unknown }[] };
  for (const entry of config.clusters) entry.cluster = { server };
  const file = join(rig.workspace.dir, 'crash.kubeconfig');
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

function createRunner(world: World, proxy: WriteProxy): Pick<CrashRig, 'record' | 'crash'> {
  const { rig } = world;

  async function restart(): Promise<void> {
    await rig.kill('operator');
    proxy.open();
    // Its end cannot be told from a pause: waiting until the lease has run out proves nothing more here.
    const leases = '/apis/coordination.k8s.io/v1/namespaces/tenant-operator-system/leases';
    await rig.api.request('DELETE', `${leases}/tenant-operator`);
    await rig.part('operator').start();
  }

  async function finish(name: StoryName, before: Snapshot): Promise<void> {
    await waitFor(() => isDone(world, stories[name]), { what: `${name} to be done`, timeoutMs: 40_000 });
    await rest(proxy);
    await isDone(world, stories[name]);
    await verify(world, name, before);
  }

  return {
    async record(name) {
      const before = await takeSnapshot(world);
      proxy.open();
      await stories[name].begin(world);
      await finish(name, before);
      return proxy.writes;
    },
    async crash(name, count) {
      const before = await takeSnapshot(world);
      await rest(proxy);
      const cut = proxy.cutAfter(count).then(() => true);
      await stories[name].begin(world);
      const ended = waitFor(() => isDone(world, stories[name]).then(() => proxy.writes.length < count), {
        what: `${name} to be cut or done`,
        timeoutMs: 40_000,
      }).then(
        () => rest(proxy).then(() => false),
        // It is cut, and cannot be done.
        () => false,
      );
      const isCut = await Promise.race([cut, ended]);
      if (isCut) await restart();
      await finish(name, before);
      return isCut;
    },
  };
}

/** Waits until nothing was written for a second. */
async function rest(proxy: WriteProxy): Promise<void> {
  let seen = -1;
  while (seen !== proxy.writes.length) {
    seen = proxy.writes.length;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

interface Snapshot {
  readonly mark: AuditMark;
  /** Line of each object to its UID. */
  readonly uids: ReadonlyMap<string, string>;
  /** Everything of the bystander with its versions. */
  readonly calm: readonly string[];
}

async function takeSnapshot(world: World): Promise<Snapshot> {
  const objects = await objectsOf(world);
  return {
    mark: world.rig.auditMark(),
    uids: new Map(objects.map((object) => [nameOf(object), object.metadata.uid])),
    calm: await calmVersions(world),
  };
}

async function list(rig: Rig, path: string, kind: string): Promise<AnyObject[]> {
  const query = path.includes('operator.kubernetes') ? '' : '?labelSelector=kubernetes-tenants.org/tenant';
  const found = await rig.api.get<{ items: AnyObject[] }>(path + query);
  return (found?.items ?? []).map((object) => ({ ...object, kind }));
}

async function tenantObjects({ rig }: World): Promise<AnyObject[]> {
  const found = await Promise.all([
    list(rig, '/apis/rbac.authorization.k8s.io/v1/clusterroles', 'ClusterRole'),
    list(rig, '/api/v1/configmaps', 'ConfigMap'),
  ]);
  return found.flat();
}

const objectsOf = async (world: World) =>
  (await tenantObjects(world)).filter(({ metadata }) => metadata.name.startsWith('solo-'));

async function calmVersions(world: World): Promise<string[]> {
  const objects = await tenantObjects(world);
  const tenants = await list(world.rig, `${own}/tenants`, 'Tenant');
  return [...objects, ...tenants]
    .filter(({ metadata }) => metadata.name.startsWith('calm-'))
    .map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`)
    .sort();
}

const nameOf = ({ kind, metadata }: AnyObject) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

function lineOf(object: AnyObject): string {
  const isOrphan = object.metadata.labels?.['kubernetes-tenants.org/orphaned'] === 'true';
  return nameOf(object) + (isOrphan ? ' orphaned' : '') + (object.metadata.deletionTimestamp ? ' going' : '');
}

async function tenant({ rig }: World, name: string) {
  const found = await rig.api.get<AnyObject>(`${own}/tenants/${name}`);
  if (!found) return undefined;
  const ready = found.status?.conditions?.find(({ type }) => type === 'Ready');
  const isNewest = found.status?.observedGeneration === found.metadata.generation;
  return { found, isReady: ready?.status === 'True' && isNewest, why: ready?.message };
}

/** Throws with what is missing. */
async function isDone(world: World, story: Story): Promise<true> {
  const lines = (await objectsOf(world)).map(lineOf).sort();
  if (lines.join() !== [...story.objects].sort().join()) throw new Error(`there is ${lines.join(', ')}`);
  const solo = await tenant(world, 'solo-app');
  const registryObject = await world.rig.api.get<AnyObject>(`${own}/tenantregistries/crash`);
  if (story.isRemoval) {
    if (solo) throw new Error(`the Tenant is still there: ${solo.why}`);
    if (registryObject?.metadata.deletionTimestamp) throw new Error('the registry is still there');
    return true;
  }
  const templateObject = await world.rig.api.get<AnyObject>(`${own}/tenanttemplates/app`);
  if (!solo?.isReady) throw new Error(`the Tenant is not ready: ${solo?.why}`);
  if (solo.found.status?.templateRevision !== templateObject?.status?.currentRevision)
    throw new Error('the Tenant is on another revision');
  if (templateObject?.status?.readyTenants !== 1) throw new Error('the template does not count it');
  if (registryObject?.status?.ready !== 1) throw new Error('the registry does not count it');
  return true;
}

/** Throws when something is there twice, was made or deleted without need, or is not on record. */
async function verify(world: World, name: StoryName, before: Snapshot): Promise<void> {
  const story = stories[name];
  const faults: string[] = [];
  const objects = await objectsOf(world);
  const solo = (await tenant(world, 'solo-app'))?.found;
  for (const object of objects) {
    const line = nameOf(object);
    const known = before.uids.get(line);
    if (known !== undefined && known !== object.metadata.uid) faults.push(`${line} was made anew`);
    const { annotations, ownerReferences } = object.metadata;
    const owner = ownerReferences?.[0]?.uid ?? annotations?.['kubernetes-tenants.org/tenant-uid'];
    if (solo && owner !== solo.metadata.uid) faults.push(`${line} names another Tenant`);
  }
  if (solo) {
    const recorded = (solo.status?.inventory ?? []) as { kind: string; name: string; uid?: string }[];
    const pairs = (entries: { name: string; uid?: string }[]) =>
      entries
        .map((entry) => `${entry.name} ${entry.uid}`)
        .sort()
        .join(', ');
    const [have, want] = [pairs(recorded), pairs(objects.map(({ metadata }) => metadata))];
    if (have !== want) faults.push(`the inventory is ${have} and should be ${want}`);
  }
  const tenants = (await list(world.rig, `${own}/tenants`, 'Tenant')).map(({ metadata }) => metadata.name);
  const wanted = solo ? 'calm-calm,solo-app' : 'calm-calm';
  if (tenants.sort().join() !== wanted) faults.push(`there are the Tenants ${tenants.join(', ')}`);
  const calm = await calmVersions(world);
  if (calm.join() !== before.calm.join()) faults.push(`the bystander was touched: ${calm.join(', ')}`);
  faults.push(...requestFaults(world, story, before.mark));
  if (faults.length > 0) throw new Error(`${name}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
}

/** By the audit log: deletes of what should live, and objects that were created more than once. */
function requestFaults({ rig }: World, story: Story, since: AuditMark): string[] {
  const events = rig
    .auditEvents({ user: OPERATOR_USER, since })
    .filter(({ objectRef }) => ['configmaps', 'clusterroles', 'tenants'].includes(objectRef?.resource ?? ''));
  const deleted = events
    .filter(({ verb }) => verb === 'delete')
    .map(({ objectRef }) => objectRef?.name ?? '');
  const created = events
    .filter(({ responseStatus }) => responseStatus?.code === 201)
    .map(({ objectRef }) => objectRef?.name ?? '');
  return [
    ...deleted.filter((name) => !story.deletes.includes(name)).map((name) => `${name} was deleted`),
    ...created
      .filter((name, index) => created.indexOf(name) !== index)
      .map((name) => `${name} was created twice`),
  ];
}
