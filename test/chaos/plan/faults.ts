/** What breaks in a round. Times are milliseconds of the campaign. */
import type { Touches } from '../check/index.ts';
import type { Random } from '../random.ts';
import type { Replica, World } from '../world/index.ts';
import { chooseHold } from './by-hand.ts';
import type { Model } from './model.ts';
import type { Person } from './person.ts';

export interface Fault {
  readonly text: string;
  /** How long it lasts at most. */
  readonly forMs: number;
  /** It changes a table, so that it waits until nobody else does. */
  readonly isOfTable?: true;
  begin(world: World, person: Person): Promise<void>;
  end(world: World, person: Person): Promise<void>;
}

const statuses = [409, 429, 500, 503, 504];
const nothing = () => Promise.resolve();
const second = 1_000;

interface Choosing {
  readonly random: Random;
  readonly model: Model;
  readonly touches: Touches;
}

type Choose = (choosing: Choosing) => Fault;

/** One of the two, or both. */
function some(random: Random): { readonly text: string; of(world: World): readonly Replica[] } {
  const which = random.int(4);
  if (which > 1) return { text: 'both', of: ({ replicas }) => replicas };
  return { text: which === 0 ? 'a' : 'b', of: ({ replicas }) => replicas.slice(which, which + 1) };
}

function onApi(make: (random: Random) => Parameters<Replica['breakApi']>[0], seconds: number): Choose {
  return ({ random }) => {
    const { text, of } = some(random);
    const fault = make(random);
    return {
      text: `API server for ${text}: ${JSON.stringify(fault)}`,
      forMs: seconds * second * (0.3 + random.int(100) / 100),
      begin: (world) => each(of(world), (replica) => replica.breakApi(fault)),
      end: (world) => each(of(world), (replica) => replica.heal()),
    };
  };
}

function onDatabase(make: (random: Random) => Parameters<Replica['breakDatabase']>[0]): Choose {
  return ({ random }) => {
    const fault = make(random);
    return {
      text: `database: ${JSON.stringify(fault)}`,
      forMs: second * (2 + random.int(4)),
      begin: ({ replicas }) => each(replicas, (replica) => replica.breakDatabase(fault)),
      end: ({ replicas }) => each(replicas, (replica) => replica.heal()),
    };
  };
}

function each(replicas: readonly Replica[], what: (replica: Replica) => void): Promise<void> {
  for (const replica of replicas) what(replica);
  return Promise.resolve();
}

const kill: Choose = ({ random }) => {
  const { text, of } = some(random);
  return {
    text: `SIGKILL ${text}`,
    forMs: random.int(1_500),
    begin: async (world) => void (await Promise.all(of(world).map((replica) => replica.kill()))),
    end: async (world) => {
      for (const replica of of(world)) {
        replica.heal();
        await replica.start();
      }
    },
  };
};

/** Killed again and again while it works. */
const crashLoop: Choose = ({ random }) => {
  const pauses = Array.from({ length: 4 }, () => random.int(1_200));
  return {
    text: `SIGKILL both, four times (${pauses.join(', ')} ms)`,
    forMs: 0,
    async begin({ replicas, timeline }) {
      for (const ms of pauses) {
        await Promise.all(replicas.map((replica) => replica.kill()));
        for (const replica of replicas) {
          replica.heal();
          await replica.start();
        }
        await timeline.sleep(ms + 800);
      }
    },
    end: nothing,
  };
};

const stop: Choose = ({ random }) => {
  const which = random.int(2);
  return {
    text: `SIGTERM ${which === 0 ? 'a' : 'b'}`,
    forMs: random.int(1_000),
    begin: async ({ replicas }) => replicas[which]?.stop(),
    end: async ({ replicas }) => replicas[which]?.start(),
  };
};

const lease = '/apis/coordination.k8s.io/v1/namespaces/tenant-operator-system/leases/tenant-operator';

const stealLease: Choose = ({ random }) => {
  const isDeleted = random.chance(40);
  return {
    text: isDeleted ? 'the Lease is deleted' : 'the Lease is given to nobody who lives',
    forMs: 0,
    begin: (_world, person) =>
      isDeleted
        ? person.remove(lease)
        : person.patch(lease, { spec: { holderIdentity: 'a ghost', leaseDurationSeconds: 3 } }),
    end: nothing,
  };
};

const cut: Choose = ({ random }) => {
  const { text, of } = some(random);
  return {
    text: `connections of ${text} to the API server are cut`,
    forMs: 0,
    begin: (world) => each(of(world), (replica) => replica.cutApi()),
    end: nothing,
  };
};

const clock: Choose = ({ random }) => {
  const { text, of } = some(random);
  const ms = random.pick([-3_600_000, 3_600_000, -90_000, 90_000, -86_400_000 * 30, 5_000, -5_000]);
  return {
    text: `the clock of ${text} jumps by ${ms / 1_000} s`,
    forMs: 0,
    begin: (world) => each(of(world), (replica) => replica.jumpClock(ms)),
    end: nothing,
  };
};

/** The table loses its rows, all or most of them, and has them again: the guard must hold what would go. */
const lostRows: Choose = ({ random, model, touches }) => {
  const isHalf = random.chance(50);
  // A table without a limit loses what it loses, unless it is all.
  const table = isHalf ? 'guarded_rows' : random.pick(['guarded_rows', 'loose_rows']);
  const few = `SELECT id FROM (SELECT id FROM ${table} WHERE id IS NOT NULL ORDER BY id LIMIT 3) few`;
  const lost = isHalf ? `WHERE id NOT IN (${few})` : '';
  return {
    text: `${table}: ${isHalf ? 'most of its rows are' : 'every row is'} gone`,
    forMs: second * (2 + random.int(3)),
    isOfTable: true,
    async begin({ sql }, person) {
      const rows = await sql.query<{ id: string | null }>(`SELECT id FROM ${table} ${lost}`);
      const registry = model.registries.find((candidate) => candidate.table === table)?.name;
      const templates = model.templates.filter((template) => template.registry === registry);
      const names = rows.flatMap(({ id }) => templates.map(({ name }) => `${id}-${name}`));
      const known = new Set(await tenantNames(person));
      const going = names.filter((name) => known.has(name));
      // So few may go by the guard's own rules.
      if (going.length <= (isHalf ? 2 : 1)) for (const name of going) touches.tenants.add(name);
      await person.sql('DELETE FROM saved_rows');
      await person.sql(`INSERT INTO saved_rows SELECT * FROM ${table} ${lost}`);
      await person.sql(`DELETE FROM ${table} ${lost}`);
    },
    end: (_world, person) => person.sql(`INSERT INTO ${table} SELECT * FROM saved_rows`),
  };
};

async function tenantNames(person: Person): Promise<string[]> {
  const list = await person.read('/apis/operator.kubernetes-tenants.org/v1/tenants');
  return ((list?.items ?? []) as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
}

const otherSchema: Choose = ({ random }) => {
  const table = random.pick(['guarded_rows', 'loose_rows']);
  const column = random.pick(['id', 'active', 'plan']);
  return {
    text: `${table}: the column ${column} has another name`,
    isOfTable: true,
    forMs: second * (1 + random.int(3)),
    begin: (_world, person) => person.sql(`ALTER TABLE ${table} RENAME COLUMN ${column} TO other_name`),
    end: (_world, person) => person.sql(`ALTER TABLE ${table} RENAME COLUMN other_name TO ${column}`),
  };
};

/** Somebody else's finalizer on one object: it is not gone when it is deleted, and what follows has to wait. */
const heldObject: Choose = ({ random, model, touches }) => {
  const chosen = chooseHold({ random, model, touches });
  if (chosen) touches.isIdle = false;
  return {
    text: chosen ? `${chosen.key} has a finalizer of somebody else` : 'no object is held',
    forMs: second * (2 + random.int(8)),
    begin: async (_world, person) => chosen?.hold(person),
    end: async (_world, person) => chosen?.release(person),
  };
};

const credentials = '/api/v1/namespaces/default/secrets/mysql-credentials';

const wrongPassword: Choose = ({ random }) => ({
  text: 'the password in the Secret is wrong, and connections break',
  forMs: second * (1 + random.int(3)),
  async begin({ replicas }, person) {
    await person.patch(credentials, { stringData: { password: 'wrong' } });
    for (const replica of replicas) replica.cutDatabase();
  },
  end: (_world, person) => person.patch(credentials, { stringData: { password: 'tenant-reader-password' } }),
});

/** Faults that only this world knows. */
const special: Choose = ({ random }) => {
  const which = random.int(1_000);
  const of = ({ faults }: World) => faults[which % faults.length];
  return {
    text: `fault ${which} of the world`,
    forMs: second * (1 + random.int(5)),
    begin: async (world) => of(world)?.begin(),
    end: async (world) => of(world)?.end(),
  };
};

const chances: readonly (readonly [Choose, number])[] = [
  [kill, 14],
  [crashLoop, 3],
  [stop, 4],
  [stealLease, 4],
  [cut, 6],
  [onApi(() => ({ kind: 'refuse' }), 2), 5],
  [onApi(() => ({ kind: 'hold' }), 3), 5],
  // Longer than a lease lasts.
  [onApi(() => ({ kind: 'hold' }), 18), 1],
  [onApi((random) => ({ kind: 'slow', ms: random.pick([20, 100, 400]) }), 4), 6],
  [
    onApi(
      (random) => ({ kind: 'fail', percent: random.pick([10, 40, 100]), statuses: [random.pick(statuses)] }),
      3,
    ),
    8,
  ],
  [onApi(() => ({ kind: 'fail', percent: 25, statuses }), 4), 5],
  // Quotas, webhooks and rights that say no to what is written, and rights that were taken away.
  [
    onApi(
      (random) => ({ kind: 'fail', percent: random.pick([30, 100]), statuses: [403], only: 'writes' }),
      4,
    ),
    4,
  ],
  [onApi(() => ({ kind: 'fail', percent: 100, statuses: [403] }), 3), 2],
  [onApi((random) => ({ kind: 'truncate', percent: random.pick([20, 100]) }), 3), 4],
  [onApi(() => ({ kind: 'gone' }), 3), 3],
  [onApi((random) => ({ kind: 'lose', percent: random.pick([10, 50, 100]) }), 3), 8],
  [onApi(() => ({ kind: 'mute', forever: false }), 4), 4],
  [onApi(() => ({ kind: 'mute', forever: true }), 2), 1],
  [onDatabase(() => ({ kind: 'refuse' })), 4],
  [onDatabase(() => ({ kind: 'hold' })), 2],
  [onDatabase((random) => ({ kind: 'slow', ms: random.pick([100, 800]) })), 2],
  [onDatabase((random) => ({ kind: 'half', bytes: 150 + random.int(1_200) })), 5],
  [lostRows, 6],
  [otherSchema, 4],
  [wrongPassword, 3],
  [clock, 6],
  [heldObject, 5],
  [special, 6],
];
const deck: readonly Choose[] = chances.flatMap(([choose, weight]) =>
  Array.from({ length: weight }, () => choose),
);

export function chooseFault(choosing: Choosing): Fault {
  return choosing.random.pick(deck)(choosing);
}
