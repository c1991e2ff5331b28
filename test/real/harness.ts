/** The operator beside the rig, as a person would run it, and the questions that suites ask of both. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import {
  type AuditEvent,
  type AuditMark,
  type Part,
  type Rig,
  type RigOptions,
  startRig,
} from '../rig/index.ts';
import { startSandboxRig } from '../rig/sandbox.ts';
import {
  createKubectl,
  createResources,
  createSql,
  dnsFlags,
  type Kubectl,
  OPERATOR_ACCOUNT,
  prepareCluster,
  prepareCredentials,
  type Sql,
  serviceAccountUser,
  startOperator,
  waitFor,
} from '../rig/support/index.ts';

/** An object as tests look at it. */
export interface AnyObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    resourceVersion: string;
    generation: number;
    creationTimestamp: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[];
    finalizers?: string[];
    deletionTimestamp?: string;
  };
  spec: Record<string, unknown>;
  status?: {
    conditions?: { type: string; status: string; reason: string; message: string }[];
    [field: string]: unknown;
  };
  data?: Record<string, string>;
}

export type ObservedCondition = { status: string; reason: string; message: string };

export interface Harness {
  readonly rig: Rig;
  /** The sandbox stands in the place of the real parts. */
  readonly isSandbox: boolean;
  readonly operator: Part;
  readonly kubectl: Kubectl;
  readonly sql: Sql;
  /** `kubectl apply --validate=strict` of a file of examples/guide, unchanged. */
  apply(file: string): Promise<void>;
  /** The text of a file of examples/guide. */
  guideFile(file: string): string;
  /** Applies YAML text or objects as another field manager than the operator's. */
  applyObjects(...objects: unknown[]): Promise<void>;
  /** By the names that kubectl takes for a kind. */
  find(kind: string, name: string, namespace?: string): Promise<AnyObject | undefined>;
  object(kind: string, name: string, namespace?: string): Promise<AnyObject>;
  isGone(kind: string, name: string, namespace?: string): Promise<boolean>;
  condition(kind: string, name: string, type: string): Promise<ObservedCondition | undefined>;
  isReady(tenant: string): Promise<boolean>;
  /** JSON merge patch as a person. */
  patch(kind: string, name: string, body: unknown, namespace?: string): Promise<void>;
  /** Messages of the events about an object, `Reason: message`. */
  eventsOf(kind: string, name: string): Promise<string[]>;
  /** Requests of the operator since a mark, without its Lease and its watches. */
  operatorRequests(since?: AuditMark): AuditEvent[];
  /** Waits until the operator has sent nothing for two seconds. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface HarnessOptions extends RigOptions {
  readonly operatorArgs?: readonly string[];
}

/** Longer than the operator holds back counts that go on changing (3 s), in milliseconds. */
const quietMs = 3_500;

const isSandbox = process.env.TENANT_OPERATOR_TARGET === 'sandbox';

export const OPERATOR_USER = serviceAccountUser(OPERATOR_ACCOUNT);

/** Starts the rig (all of it, or what the options leave), installs CRDs, rights and credentials, and runs the operator. */
export async function startHarness({ operatorArgs = [], ...options }: HarnessOptions = {}): Promise<Harness> {
  const rig = await (isSandbox ? startSandboxRig : startRig)(options);
  try {
    await prepareCluster(rig);
    await prepareCredentials(rig, rig.database);
    const args = [...(options.dns === false ? [] : dnsFlags(rig.dns)), ...operatorArgs];
    const operator = await startOperator(rig, { args });
    return createHarness(rig, operator, await createKubectl(rig.kubeconfig), createSql(rig.mysql));
  } catch (error) {
    await rig.stop();
    throw error;
  }
}

function createHarness(rig: Rig, operator: Part, kubectl: Kubectl, sql: Sql): Harness {
  const resources = createResources(rig.api);
  const find: Harness['find'] = (kind, name, namespace = 'default') =>
    resources.find<AnyObject>(kind, name, namespace);
  const object: Harness['object'] = async (kind, name, namespace) => {
    const found = await find(kind, name, namespace);
    if (!found) throw new Error(`${kind} "${name}" does not exist`);
    return found;
  };
  const condition: Harness['condition'] = async (kind, name, type) =>
    (await find(kind, name))?.status?.conditions?.find((candidate) => candidate.type === type);
  const guidePath = (file: string) => fileURLToPath(new URL(`../../examples/guide/${file}`, import.meta.url));
  const operatorRequests: Harness['operatorRequests'] = (since) =>
    rig
      .auditEvents({ user: OPERATOR_USER, ...(since === undefined ? {} : { since }) })
      .filter(({ verb, objectRef }) => verb !== 'watch' && objectRef?.resource !== 'leases');
  return {
    rig,
    isSandbox,
    operator,
    kubectl,
    sql,
    find,
    object,
    condition,
    operatorRequests,
    guideFile: (file) => readFileSync(guidePath(file), 'utf8'),
    apply: async (file) => void (await kubectl('apply', '--validate=strict', '-f', guidePath(file))),
    async applyObjects(...objects) {
      const documents = objects.flatMap((entry) =>
        typeof entry === 'string'
          ? parseAllDocuments(entry).map((document): unknown => document.toJS())
          : [entry],
      );
      const list = { apiVersion: 'v1', kind: 'List', items: documents };
      await kubectl.apply(
        JSON.stringify(list),
        '--server-side',
        '--force-conflicts',
        '--field-manager=person',
      );
    },
    isGone: async (kind, name, namespace) => (await find(kind, name, namespace)) === undefined,
    isReady: async (tenant) => (await condition('tenant', tenant, 'Ready'))?.status === 'True',
    patch: async (kind, name, body, namespace = 'default') =>
      void (await kubectl('patch', kind, name, '-n', namespace, '--type=merge', '-p', JSON.stringify(body))),
    async eventsOf(kind, name) {
      const { items } = await kubectl.json<{ items: { reason: string; message: string }[] }>(
        'get',
        'events',
        `--field-selector=involvedObject.kind=${kind},involvedObject.name=${name}`,
      );
      return items.map((event) => `${event.reason}: ${event.message}`);
    },
    async settle() {
      let mark = rig.auditMark();
      let since = Date.now();
      const isQuiet = () => {
        if (operatorRequests(mark).length > 0) {
          mark = rig.auditMark();
          since = Date.now();
        }
        return Promise.resolve(Date.now() - since >= quietMs);
      };
      await waitFor(isQuiet, { what: 'the operator to rest', timeoutMs: 60_000 });
    },
    async stop() {
      await sql.close();
      kubectl.close();
      await rig.stop();
    },
  };
}
