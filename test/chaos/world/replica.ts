/** An operator inside this process, on a clock of its own and behind proxies of its own. */
import { createClient, createLease, type Lease, type Logger } from '@tenant-operator/kube';
import { createMysqlSource, createOperator, type Operator } from '@tenant-operator/operator';
import { fenceWrites } from '../../../packages/cli/src/cluster/fence.ts';
import { createJumpingClock, type Timeline } from '../clock.ts';
import { startApiProxy } from '../proxy/api.ts';
import { startDatabaseProxy } from '../proxy/database.ts';
import type { Random } from '../random.ts';
import { OPERATOR_NAMESPACE, type Replica } from './index.ts';

export interface ReplicaOptions {
  readonly name: string;
  readonly timeline: Timeline;
  readonly server: string;
  readonly token: string;
  readonly database: { readonly host: string; readonly port: number };
  readonly random: Random;
  readonly log: (line: string) => void;
}

interface Life {
  readonly client: ReturnType<typeof createClient>;
  readonly operator: Operator;
  lease: Lease | undefined;
}

export interface InProcessReplica extends Replica {
  /** Resolves when everything that was killed or stopped has ended; rejects when it does not. */
  close(): Promise<void>;
}

/** Real milliseconds in which a killed operator must have let go of everything that it holds in this process. */
const endMs = 20_000;

export async function createInProcessReplica(options: ReplicaOptions): Promise<InProcessReplica> {
  const { name, timeline, random } = options;
  const clock = createJumpingClock(timeline);
  const api = await startApiProxy({ server: options.server }, random, timeline);
  const database = await startDatabaseProxy(options.database, timeline);
  const graves: Promise<void>[] = [];
  let life: Life | undefined;
  let isWanted = false;
  let lives = 0;

  function logger(identity: string): Logger {
    const write = (level: string) => (fields: unknown, message?: string) => {
      const text =
        typeof fields === 'string' ? fields : `${message ?? ''} ${JSON.stringify(fields, errorText)}`;
      options.log(`${Math.round(clock.monotonic())} ${identity} ${level} ${text}`);
    };
    return {
      debug: () => undefined,
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
    } as Logger;
  }

  async function start(): Promise<void> {
    isWanted = true;
    if (life) return;
    const identity = `${name}_${++lives}`;
    const log = logger(identity);
    const config = {
      server: api.url,
      namespace: OPERATOR_NAMESPACE,
      auth: { token: options.token },
      origin: 'the campaign',
    };
    const client = createClient(config, { clock, log });
    const mine: Life = {
      client,
      lease: undefined,
      operator: createOperator({
        client: fenceWrites(client, () => mine.lease?.isHeld() ?? false),
        clock,
        log,
        digestKey: Buffer.alloc(32, 7),
        instance: identity,
        connect: {
          mysql: (connection) =>
            createMysqlSource(connection, {
              statementTimeoutMs: 5_000,
              resolve: () => ({ host: database.host, port: database.port }),
            }),
        },
      }),
    };
    life = mine;
    // Not waited for: the API server may be away, and a kill must find it all the same.
    void mine.operator.start().then(
      () => {
        if (life !== mine) return;
        mine.lease = createLease({
          client,
          clock,
          log,
          namespace: OPERATOR_NAMESPACE,
          name: 'tenant-operator',
          identity,
          onStarted: () => {
            log.info({}, 'leads');
            mine.operator.lead();
          },
          onStopped: () => {
            if (life !== mine) return;
            log.info({}, 'has lost the lease and ends');
            // As `run` does: the process ends and is started again.
            bury(mine);
            timeline.setTimeout(() => isWanted && void start(), 1_000);
          },
        });
        mine.lease.start();
      },
      (error: unknown) => log.info({ error }, 'has not started'),
    );
    return Promise.resolve();
  }

  /** Ends what is left of a life; it can reach nothing any more when it was killed. */
  function bury(dead: Life): void {
    if (life === dead) life = undefined;
    graves.push(
      (async () => {
        await dead.operator.stop();
        await dead.lease?.stop();
        await dead.client.close();
      })(),
    );
  }

  return {
    name,
    start,
    get isRunning() {
      return life !== undefined;
    },
    async kill() {
      isWanted = false;
      const dead = life;
      life = undefined;
      api.kill();
      database.kill();
      if (!dead) return;
      // Closed at once: not a request more, whatever the code does that still runs.
      await dead.client.close();
      bury(dead);
    },
    async stop() {
      isWanted = false;
      const dead = life;
      if (!dead) return;
      bury(dead);
      await graves.at(-1);
    },
    breakApi: (fault) => api.begin(fault),
    cutApi: () => api.cut(),
    breakDatabase: (fault) => database.begin(fault),
    cutDatabase: () => database.cut(),
    heal() {
      api.heal();
      database.heal();
    },
    jumpClock: (ms) => clock.jump(ms),
    async close() {
      isWanted = false;
      if (life) bury(life);
      const ended = await Promise.race([
        Promise.all(graves).then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), endMs).unref()),
      ]);
      await Promise.all([api.close(), database.close()]);
      if (!ended)
        throw new Error(`an operator of ${name} that was stopped has not ended after ${endMs / 1_000} s`);
    },
  };
}

function errorText(_key: string, value: unknown): unknown {
  return value instanceof Error ? `${value.name}: ${value.message}` : value;
}
