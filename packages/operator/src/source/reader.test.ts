import { describe, expect, it } from 'vitest';
import { createReader, type SourceValue } from './reader.ts';

const lostError = new Error('lost');

interface Script {
  answers: (SourceValue[][] | Error)[];
  /** While set, a select does not answer; the signal alone ends it. */
  hangs: boolean;
}

/** A database whose sessions a test scripts: each select takes the next answer of its list. */
function createDatabase() {
  const log: string[] = [];
  const script: Script = { hangs: false, answers: [] };
  let opened = 0;
  const reader = createReader({
    explain: (error) => ({
      reason: error === lostError ? 'SourceUnreachable' : 'QueryFailed',
      message: (error as Error).message,
    }),
    open: async (signal) => {
      const id = ++opened;
      log.push(`open ${id}`);
      return {
        select: async (columns) => {
          log.push(`select ${columns.join()} on ${id}`);
          if (script.hangs && !signal.aborted) {
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
          }
          if (signal.aborted) throw new Error('cut');
          const answer = script.answers.shift() ?? [];
          if (answer instanceof Error) throw answer;
          return answer;
        },
        end: async () => void log.push(`end ${id}`),
      };
    },
  });
  const read = async (...columns: string[]) => {
    const result = await reader.read(columns);
    return result.ok ? result.rows : result.failure;
  };
  return { log, script, reader, read };
}

describe('createReader', () => {
  it('opens with the first read and keeps the session', async () => {
    const database = createDatabase();
    expect(database.log).toEqual([]);
    await database.read('uid');
    await database.read('uid');
    expect(database.log).toEqual(['open 1', 'select uid on 1', 'select uid on 1']);
  });

  it('names the values by column, each column once, and a value that is missing is NULL', async () => {
    const database = createDatabase();
    database.script.answers = [[['a', null], ['b']]];
    expect(await database.read('uid', 'plan', 'uid')).toEqual([
      { uid: 'a', plan: null },
      { uid: 'b', plan: null },
    ]);
    expect(database.log.at(-1)).toBe('select uid,plan on 1');
  });

  it.each([
    [
      'a kept session that is lost is replaced, once',
      [[], lostError, [['a']]],
      [[], [{ uid: 'a' }]],
      ['open 1', 'end 1', 'open 2'],
    ],
    [
      'a new session that is lost is a failure',
      [lostError, [['a']]],
      [{ reason: 'SourceUnreachable', message: 'lost' }, [{ uid: 'a' }]],
      ['open 1', 'end 1', 'open 2'],
    ],
    [
      'two that are lost in a row are a failure',
      [[], lostError, lostError],
      [[], { reason: 'SourceUnreachable', message: 'lost' }],
      ['open 1', 'end 1', 'open 2', 'end 2'],
    ],
    [
      'a refused statement is not tried again, and its session not kept',
      [[], new Error('no such table'), [['a']]],
      [[], { reason: 'QueryFailed', message: 'no such table' }, [{ uid: 'a' }]],
      ['open 1', 'end 1', 'open 2'],
    ],
  ])('%s', async (_reason, answers, expected, sessions) => {
    const database = createDatabase();
    database.script.answers = answers as (SourceValue[][] | Error)[];
    for (const outcome of expected) expect(await database.read('uid')).toEqual(outcome);
    expect(database.log.filter((line) => !line.startsWith('select'))).toEqual(sessions);
  });

  it('reads one after another over the same session', async () => {
    const database = createDatabase();
    database.script.answers = [[['a']], [['b']]];
    expect(await Promise.all([database.read('uid'), database.read('uid')])).toEqual([
      [{ uid: 'a' }],
      [{ uid: 'b' }],
    ]);
    expect(database.log.filter((line) => line.startsWith('open'))).toHaveLength(1);
  });

  describe('shares with the read before', () => {
    const first: SourceValue[][] = [
      ['a', '1'],
      ['b', null],
    ];

    it.each([
      [
        'nothing changed',
        [
          ['a', '1'],
          ['b', null],
        ],
        true,
        [true, true],
      ],
      [
        'a value changed',
        [
          ['a', '1'],
          ['b', '2'],
        ],
        false,
        [true, false],
      ],
      [
        'NULL became empty text',
        [
          ['a', '1'],
          ['b', ''],
        ],
        false,
        [true, false],
      ],
      [
        'a row came at the end',
        [
          ['a', '1'],
          ['b', null],
          ['c', '3'],
        ],
        false,
        [true, true, false],
      ],
      ['a row went from the end', [['a', '1']], false, [true]],
      [
        'the order changed',
        [
          ['b', null],
          ['a', '1'],
        ],
        false,
        [false, false],
      ],
      ['all rows went', [], false, []],
    ] as [string, SourceValue[][], boolean, boolean[]][])(
      '%s',
      async (_reason, second, isSameTable, areSameRows) => {
        const database = createDatabase();
        database.script.answers = [first, second];
        const before = (await database.read('uid', 'plan')) as readonly object[];
        const after = (await database.read('uid', 'plan')) as readonly object[];
        expect(after === before).toBe(isSameTable);
        expect(after.map((row, index) => row === before[index])).toEqual(areSameRows);
        expect(after).toEqual(second.map(([uid, plan]) => ({ uid, plan })));
      },
    );

    it('not when other columns were read', async () => {
      const database = createDatabase();
      database.script.answers = [[['a']], [['a']]];
      await database.read('uid');
      expect(await database.read('plan')).toEqual([{ plan: 'a' }]);
    });

    it('also with the last good read, when one failed in between', async () => {
      const database = createDatabase();
      database.script.answers = [first, new Error('no'), first];
      const before = await database.read('uid', 'plan');
      await database.read('uid', 'plan');
      expect(await database.read('uid', 'plan')).toBe(before);
    });
  });

  describe('close', () => {
    it('ends the session, once, and later reads fail without a new one', async () => {
      const database = createDatabase();
      await database.read('uid');
      await database.reader.close();
      await database.reader.close();
      expect(await database.read('uid')).toMatchObject({ reason: 'SourceUnreachable' });
      expect(database.log).toEqual(['open 1', 'select uid on 1', 'end 1']);
    });

    it('cuts a read under way and those that wait behind it', async () => {
      const database = createDatabase();
      database.script.hangs = true;
      const reads = [database.read('uid'), database.read('uid')];
      await Promise.resolve();
      await database.reader.close();
      const outcomes = await Promise.all(reads);
      expect(outcomes).toMatchObject([{ reason: 'SourceUnreachable' }, { reason: 'SourceUnreachable' }]);
      expect(database.log.filter((line) => line.startsWith('open')).length).toBeLessThan(2);
    });

    it('before any read opens nothing', async () => {
      const database = createDatabase();
      await database.reader.close();
      expect(database.log).toEqual([]);
    });
  });
});
