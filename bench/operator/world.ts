/** A fresh control plane and database with the operator beside them, and what is measured of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditMark, Part, Rig } from '../../test/rig/index.ts';
import { startRig } from '../../test/rig/index.ts';
import { freePort } from '../../test/rig/process/ports.ts';
import {
  CREDENTIALS,
  countRequests,
  createSql,
  OPERATOR_ACCOUNT,
  prepareCluster,
  prepareCredentials,
  type RequestCounts,
  type Sql,
  serviceAccountUser,
  startOperator,
  waitFor,
} from '../../test/rig/support/index.ts';
import { createRawClient, type RawClient } from './raw.ts';
import { createSight, type Sight } from './sight.ts';
import { type CpuByPart, cpuSeconds } from './usage.ts';
import { createTable, insertRows, type Resource, resourcesOf, uidOf } from './workload.ts';

/** What the operator did between two points in time. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly requests: RequestCounts;
}

const CONTROL_PLANE = ['kube-apiserver', 'kube-controller-manager', 'etcd'] as const;

/** A point in time. */
export interface Mark {
  /** Of the operator since then. */
  cost(): Cost;
  /**
   * Seconds until the API server had answered the last patch of such objects, by its own record: `tenants/status`. To know it costs
   * nobody anything while it happens.
   */
  untilLastPatch(target: string): number;
}

export interface World {
  readonly rig: Rig;
  readonly sql: Sql;
  readonly sight: Sight;
  readonly operator: Part;
  readonly credentials: string;
  /** Of the rows that the table began with. */
  readonly uids: readonly string[];
  /** Of each tenant. */
  readonly resources: readonly Resource[];
  /** A number in [0, 1) that the seed decides. */
  random(): number;
  mark(): Mark;
  /** The client that only sends the writes. */
  readonly raw: RawClient;
  /** Seconds of CPU that each part of the control plane has used. */
  controlPlaneCpu(): CpuByPart;
  /** A number of the operator's own metrics, summed over its series; NaN when there is none. */
  metric(name: string): Promise<number>;
  /** Waits until the operator has sent nothing for two seconds. */
  settle(): Promise<void>;
  /** Server-side apply as a person. */
  apply(plural: string, object: object): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly tenants: number;
  /** Of each tenant; four at least. */
  readonly resources: number;
  readonly seed: number;
  /** Environment of the operator's process. */
  readonly env?: Record<string, string>;
}

const USER = serviceAccountUser(OPERATOR_ACCOUNT);
const QUIET_MS = 2_000;
/** As the operator is to be run where memory counts (docs/operations.md). */
const NODE_ARGS = ['--max-semi-space-size=4'];

/** Starts everything; the table has its rows, and there is no registry yet. */
export async function createWorld({ tenants, resources, seed, env = {} }: WorldOptions): Promise<World> {
  const rig = await startRig({
    kwok: false,
    dns: false,
    externalDns: false,
    controlPlane: { scheduler: false },
    // Nobody else's requests cost anything to record.
    audit: { users: [USER] },
  });
  try {
    await prepareCluster(rig);
    await prepareCredentials(rig, rig.database);
    const sql = createSql(rig.mysql);
    const uids = Array.from({ length: tenants }, (_, index) => uidOf(index + 1));
    await sql.script(createTable);
    await sql.script(insertRows(uids));
    const metricsPort = await freePort();
    const args = ['--metrics-bind-address', `127.0.0.1:${metricsPort}`, '--metrics-tenant-series-limit=0'];
    const operator = await startOperator(rig, { args, env, nodeArgs: NODE_ARGS });
    const sight = await createSight(rig.kubeconfig);
    const raw = await createRawClient(rig);
    return build({
      rig,
      sql,
      operator,
      sight,
      raw,
      uids,
      resources: resourcesOf(resources),
      seed,
      metricsPort,
    });
  } catch (error) {
    await rig.stop();
    throw error;
  }
}

interface Parts extends Pick<World, 'rig' | 'sql' | 'operator' | 'sight' | 'raw' | 'uids' | 'resources'> {
  readonly seed: number;
  readonly metricsPort: number;
}

function build({ rig, sql, operator, sight, raw, uids, resources, seed, metricsPort }: Parts): World {
  const requestsSince = (since: AuditMark) => countRequests(rig.auditEvents({ user: USER, since }));
  return {
    rig,
    sql,
    raw,
    sight,
    operator,
    credentials: CREDENTIALS.secret,
    uids,
    resources,
    random: createRandom(seed),
    mark() {
      const audit = rig.auditMark();
      const { pid = 0 } = operator;
      const time = performance.now();
      const date = Date.now();
      const cpu = pid === 0 ? 0 : cpuSeconds(pid);
      return {
        cost() {
          const now = operator.pid;
          return {
            seconds: (performance.now() - time) / 1_000,
            cpuSeconds: now === undefined ? 0 : cpuSeconds(now) - (now === pid ? cpu : 0),
            requests: requestsSince(audit),
          };
        },
        untilLastPatch(target) {
          const [resource = '', subresource] = target.split('/');
          const events = rig
            .auditEvents({ user: USER, since: audit, verb: 'patch', resource })
            .filter(({ objectRef }) => objectRef?.subresource === subresource);
          const ends = events.map(({ stageTimestamp }) => Date.parse(stageTimestamp));
          return (ends.reduce((last, end) => Math.max(last, end), date) - date) / 1_000;
        },
      };
    },
    controlPlaneCpu: () =>
      Object.fromEntries(
        CONTROL_PLANE.map((name) => [name, cpuSeconds(rig.part(name).pid ?? Number.NaN)] as const),
      ),
    async metric(name) {
      const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
      const lines = (await answer.text()).split('\n').filter((line) => /^\w+/.exec(line)?.[0] === name);
      if (lines.length === 0) return Number.NaN;
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    },
    async settle() {
      const isQuiet = async () => {
        const mark = rig.auditMark();
        await sleep(QUIET_MS);
        return requestsSince(mark).total === 0;
      };
      await waitFor(isQuiet, { what: 'the operator to rest', timeoutMs: 120_000 });
    },
    async apply(plural, object) {
      const { name, namespace } = (object as { metadata: { name: string; namespace: string } }).metadata;
      const path = `/apis/operator.kubernetes-tenants.org/v1/namespaces/${namespace}/${plural}/${name}`;
      const query = '?fieldManager=person&force=true&fieldValidation=Strict';
      const answer = await rig.api.request('PATCH', path + query, object, 'application/apply-patch+yaml');
      if (answer.status >= 300)
        throw new Error(`apply ${plural}/${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
    async close() {
      await sight.close();
      await raw.close();
      await sql.close();
      await rig.stop();
    },
  };
}

/** What the operator may take for so many tenants of four resources, in MB: 150 for a thousand, 450 for ten thousand. */
export function memoryGoal({ uids }: Pick<World, 'uids'>): number {
  return Math.round(150 + (Math.max(0, uids.length - 1_000) / 9_000) * 300);
}

/** mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
