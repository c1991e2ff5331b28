/** Notifications of PostgreSQL as hints. */
import {
  createPostgresqlSource,
  type Source,
  type SourceConnection,
  type SourceFailure,
} from '@tenant-operator/operator';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Postgresql, startPostgresql } from '../rig/parts/postgresql.ts';
import { waitFor } from '../rig/process/wait-for.ts';
import { createWorkspace } from '../rig/process/workspace.ts';

const workspace = createWorkspace();
let database: Postgresql;
let reader: SourceConnection;
let source: Source | undefined;

beforeAll(async () => {
  database = await startPostgresql(workspace);
  const { user, ...access } = await database.createReader('reader', 'hunter2-reader');
  reader = { ...access, username: user, table: 'tenants' };
});
afterEach(() => source?.close());
afterAll(() => workspace.close());

async function execute(...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new Client(database.admin);
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** A source that listens, with the times of its hints and its troubles. */
async function watch(notifyChannel: string): Promise<{ hints: number[]; troubles: SourceFailure[] }> {
  const hints: number[] = [];
  const troubles: SourceFailure[] = [];
  source = createPostgresqlSource({ ...reader, notifyChannel }, { statementTimeoutMs: 5_000 });
  source.watch?.({
    onHint: () => hints.push(performance.now()),
    onTrouble: (trouble) => troubles.push(trouble),
  });
  await listening();
  return { hints, troubles };
}

function listening(): Promise<unknown> {
  return waitFor(
    async () =>
      (
        await execute(
          `SELECT 1 FROM pg_stat_activity WHERE usename = 'reader' AND query LIKE 'LISTEN%' AND state = 'idle'`,
        )
      ).length === 1,
    { what: 'the LISTEN' },
  );
}

describe('a notification', () => {
  it.each(['tenants_changed', 'Tenants Changed', `odd "name"; --`])(
    'on the channel %j is a hint',
    async (channel) => {
      const { hints } = await watch(channel);
      await execute(`SELECT pg_notify('${channel}', 'x')`);
      await waitFor(() => hints.length === 1, { what: 'the hint', timeoutMs: 5_000, intervalMs: 10 });
    },
  );

  it('on another channel is none, and the first LISTEN is none either', async () => {
    const { hints } = await watch('tenants_changed');
    await execute(
      `SELECT pg_notify('other', ''), pg_notify('TENANTS_CHANGED', '')`,
      `NOTIFY tenants_changed`,
    );
    await waitFor(() => hints.length > 0, { what: 'the hint' });
    expect(hints).toHaveLength(1);
  });

  it('that comes in a burst is a hint at the begin and one at the end', async () => {
    const { hints } = await watch('tenants_changed');
    await execute(
      `SELECT pg_notify('tenants_changed', n::text) FROM generate_series(1, 5000) n`,
      `NOTIFY tenants_changed, 'later'`,
    );
    await waitFor(() => hints.length === 2, { what: 'the second hint', timeoutMs: 5_000 });
    expect(hints[1]! - hints[0]!).toBeGreaterThan(900);
  });
});

describe('the listening connection', () => {
  it('is opened again when it was ended, and makes up for what was missed', async () => {
    const { hints, troubles } = await watch('tenants_changed');
    await execute(`SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE usename = 'reader'`);
    await waitFor(() => troubles.length === 1, { what: 'the trouble' });
    expect(troubles[0]).toMatchObject({ reason: 'SourceUnreachable' });
    await execute('NOTIFY tenants_changed');
    await waitFor(() => hints.length === 1, { what: 'the hint after the new LISTEN', timeoutMs: 10_000 });
    await execute('NOTIFY tenants_changed');
    await waitFor(() => hints.length === 2, { what: 'a hint on the new connection', timeoutMs: 10_000 });
  });

  it('outlives a restart of the server, and tells the trouble once', async () => {
    const { hints, troubles } = await watch('tenants_changed');
    const part = workspace.parts.get('postgresql');
    await part?.stop();
    await waitFor(() => troubles.some(({ message }) => message.includes('connection refused')), {
      what: 'a refused try',
    });
    const told = troubles.length;
    await part?.start();
    await waitFor(() => hints.length === 1, { what: 'the hint after the restart', timeoutMs: 20_000 });
    expect(told).toBe(2);
    expect(JSON.stringify(troubles)).not.toContain(reader.password);
  });

  it('is gone after close', async () => {
    await watch('tenants_changed');
    await source?.close();
    await waitFor(
      async () => (await execute(`SELECT 1 FROM pg_stat_activity WHERE usename = 'reader'`)).length === 0,
      {
        what: 'the server to see it',
      },
    );
  });

  it('is not opened where no channel is named', () => {
    source = createPostgresqlSource(reader, { statementTimeoutMs: 5_000 });
    expect('watch' in source).toBe(false);
  });
});
