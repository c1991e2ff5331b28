/** The world that a campaign breaks: a cluster, a database, operators, and the ways to get in between. */
import type { AdminApi } from '../../rig/access/api.ts';
import type { Sql } from '../../rig/support/index.ts';
import type { Timeline } from '../clock.ts';
import type { ApiFault } from '../proxy/api.ts';
import type { DatabaseFault } from '../proxy/database.ts';

/** One operator process, or what stands for one; after a crash it starts again by itself, as a kubelet would have it. */
export interface Replica {
  readonly name: string;
  start(): Promise<void>;
  /** SIGKILL: nothing that it has not sent yet is ever sent. */
  kill(): Promise<void>;
  /** SIGTERM, and its end. */
  stop(): Promise<void>;
  readonly isRunning: boolean;
  breakApi(fault: ApiFault): void;
  cutApi(): void;
  breakDatabase(fault: DatabaseFault): void;
  cutDatabase(): void;
  /** Ends every fault of its connections. */
  heal(): void;
  /** Moves its wall clock for good. */
  jumpClock(ms: number): void;
}

/** What happens to the world as a whole; `begin` resolves when it is done or under way. */
export interface WorldFault {
  readonly name: string;
  begin(): Promise<void>;
  end(): Promise<void>;
}

export interface World {
  readonly name: 'sandbox' | 'real';
  readonly timeline: Timeline;
  /** As administrator, by no proxy. */
  readonly api: AdminApi;
  /** As administrator of the database, by no proxy. */
  readonly sql: Sql;
  readonly replicas: readonly Replica[];
  readonly faults: readonly WorldFault[];
  /** The last lines that the operators logged. */
  logs(): string;
  stop(): Promise<void>;
}

/** Where the registries' manifests say that the database is. */
export const DATABASE_HOST = 'mysql.default.svc.cluster.local';
/** The namespace of the items that live elsewhere. */
export const OTHER_NAMESPACE = 'elsewhere';
/** The operator's own. */
export const OPERATOR_NAMESPACE = 'tenant-operator-system';
