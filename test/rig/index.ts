/**
 * The rig: the real parts that the product works with, started on free loopback ports without containers.
 *
 * `startRig` gives all of them; a suite that needs less makes a workspace and starts what it needs:
 *
 *     const workspace = createWorkspace();
 *     const plane = await startControlPlane(workspace, { scheduler: false });
 *     ...
 *     await workspace.close();
 *
 * Everything lives in a temporary folder and ends with the process that started it, however that ends.
 */
import type { AuditOptions } from './access/audit.ts';
import { RigError } from './errors.ts';
import { type Bind, type BindOptions, startBind } from './parts/bind.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './parts/control-plane.ts';
import { type ExternalDns, type ExternalDnsOptions, startExternalDns } from './parts/external-dns.ts';
import { type Kwok, type KwokOptions, startKwok } from './parts/kwok.ts';
import { type MariaDb, type MariaDbOptions, type MysqlAccess, startMariaDb } from './parts/mariadb.ts';
import type { Part } from './process/part.ts';
import { createWorkspace, type Workspace } from './process/workspace.ts';

export type { AdminApi } from './access/api.ts';
export type { AuditEvent, AuditFilter, AuditMark, AuditOptions } from './access/audit.ts';
export { RigError, type RigErrorCode } from './errors.ts';
export { type Bind, type BindOptions, startBind } from './parts/bind.ts';
export { type CertManagerOptions, CLUSTER_ISSUER, startCertManager } from './parts/cert-manager.ts';
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './parts/control-plane.ts';
export {
  EXTERNAL_DNS_ACCOUNT,
  type ExternalDns,
  startExternalDns,
  TXT_PREFIX,
} from './parts/external-dns.ts';
export { type Kwok, type KwokOptions, startKwok } from './parts/kwok.ts';
export { type MariaDb, type MysqlAccess, startMariaDb } from './parts/mariadb.ts';
export { type Pebble, startPebble } from './parts/pebble.ts';
export { type Postgresql, type PostgresqlAccess, startPostgresql } from './parts/postgresql.ts';
export {
  GATEWAY_ADDRESS,
  INGRESS_ADDRESS,
  NO_ADDRESS_LABEL,
  SERVICE_ADDRESS,
  type StageSwitches,
} from './parts/stages.ts';
export { createPart, type Part, type PartSpec } from './process/part.ts';
export { freePort, freePorts } from './process/ports.ts';
export { waitFor } from './process/wait-for.ts';
export { createWorkspace, type Workspace } from './process/workspace.ts';

export interface RigOptions {
  controlPlane?: ControlPlaneOptions;
  audit?: AuditOptions;
  /** `false` leaves a part out; so it is with the next ones. */
  kwok?: KwokOptions | false;
  mysql?: MariaDbOptions | false;
  dns?: BindOptions | false;
  /** Needs the control plane and `dns`. */
  externalDns?: ExternalDnsOptions | false;
  /** A folder for the logs that outlives the rig. */
  logsDir?: string;
}

export interface Rig extends ControlPlane {
  readonly workspace: Workspace;
  /** Administrator of the database `tenants`; throws when MariaDB was left out (as do the next two). */
  readonly mysql: MysqlAccess;
  readonly database: MariaDb;
  readonly dns: Bind;
  readonly kwok: Kwok;
  /** Empty when it was left out. */
  readonly externalDns: readonly ExternalDns[];
  /** A part by its name: `etcd`, `kube-apiserver`, `mariadb`, `external-dns-example.com` ... */
  part(name: string): Part;
  restart(name: string): Promise<void>;
  kill(name: string): Promise<void>;
  pause(name: string): void;
  resume(name: string): void;
  logs(name: string, lines?: number): string;
  /** Ends everything and removes the folder. */
  stop(): Promise<void>;
}

/** Starts the whole rig, or what the options leave of it. On failure nothing stays behind. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const workspace = createWorkspace(options.logsDir === undefined ? {} : { logsDir: options.logsDir });
  try {
    return await startParts(workspace, options);
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

async function startParts(workspace: Workspace, options: RigOptions): Promise<Rig> {
  const { audit, kwok = {}, mysql = {}, dns = {}, externalDns = {} } = options;
  const planeStarted = startControlPlane(workspace, { ...(audit ? { audit } : {}), ...options.controlPlane });
  const bindStarted = dns === false ? undefined : startBind(workspace, dns);
  const started = await settle([
    planeStarted,
    bindStarted,
    mysql === false ? undefined : startMariaDb(workspace, mysql),
    kwok === false ? undefined : planeStarted.then((plane) => startKwok(workspace, plane, kwok)),
    externalDns === false || bindStarted === undefined
      ? []
      : Promise.all([planeStarted, bindStarted]).then(([plane, bind]) =>
          startExternalDns(workspace, plane, bind, externalDns),
        ),
  ]);
  const [plane, bind, mariadb, kubelet, publishers] = started;
  const present = <T>(value: T | undefined, name: string): T => {
    if (value === undefined) throw new RigError('PART_UNKNOWN', `this rig was started without ${name}`);
    return value;
  };
  const part = (name: string): Part => {
    const found = workspace.parts.get(name);
    if (found) return found;
    throw new RigError(
      'PART_UNKNOWN',
      `no part ${name}; there are ${[...workspace.parts.keys()].join(', ')}`,
    );
  };
  return {
    ...plane,
    workspace,
    get mysql() {
      return present(mariadb, 'MariaDB').admin;
    },
    get database() {
      return present(mariadb, 'MariaDB');
    },
    get dns() {
      return present(bind, 'BIND');
    },
    get kwok() {
      return present(kubelet, 'kwok');
    },
    externalDns: publishers,
    part,
    restart: (name) => part(name).restart(),
    kill: (name) => part(name).kill(),
    pause: (name) => part(name).pause(),
    resume: (name) => part(name).resume(),
    logs: (name, lines) => part(name).logs(lines),
    stop: () => workspace.close(),
  };
}

/** Like Promise.all, but nothing is still starting when it rejects, so that closing finds every process. */
async function settle<const T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(work);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as {
    -readonly [K in keyof T]: Awaited<T[K]>;
  };
}
