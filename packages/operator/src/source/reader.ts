/** What every source has in common: one session that is kept, reads one after another, rows shared with the read before. */
import type { SourceFailure } from './failure.ts';
import type { Source, SourceResult, SourceRow } from './index.ts';

export type SourceValue = string | null;

/** One open connection to a database. */
export interface Session {
  /** All rows of the table, each with the values of the columns in the order of these. Rejects with the driver's error. */
  select(columns: readonly string[]): Promise<readonly (readonly SourceValue[])[]>;
  /** Ends it in any state, politely where that is quick. Never rejects. */
  end(): Promise<void>;
}

export interface SourceDriver {
  /** Connects and logs in, within a time limit. When the signal is aborted, then or later, the connection is cut. */
  readonly open: (signal: AbortSignal) => Promise<Session>;
  /** What a driver's error means to a person. */
  readonly explain: (error: unknown) => SourceFailure;
}

const closed: SourceFailure = {
  reason: 'SourceUnreachable',
  message: 'the connection to the database was closed',
};

export function createReader({ open, explain }: SourceDriver): Required<Pick<Source, 'read' | 'close'>> {
  let session: Session | undefined;
  let before: Shared | undefined;
  let tail: Promise<unknown> = Promise.resolve();
  let pending = 0;
  let isClosed = false;
  const cut = new AbortController();

  async function attempt(columns: readonly string[]): Promise<SourceResult> {
    if (isClosed) return { ok: false, failure: closed };
    try {
      session ??= await open(cut.signal);
      const values = await session.select(columns);
      before = shareRows(columns, values, before);
      return { ok: true, rows: before.rows };
    } catch (error) {
      await endSession();
      return { ok: false, failure: isClosed ? closed : explain(error) };
    }
  }

  async function endSession(): Promise<void> {
    const ended = session;
    session = undefined;
    await ended?.end();
  }

  async function read(columns: readonly string[]): Promise<SourceResult> {
    const wasOpen = session !== undefined;
    const result = await attempt(columns);
    // A connection that died while nobody used it (a restart, an idle limit) is no reason to report a failure.
    const isStale = wasOpen && !result.ok && result.failure.reason === 'SourceUnreachable';
    return isStale ? attempt(columns) : result;
  }

  return {
    read(columns) {
      const distinct = [...new Set(columns)];
      pending++;
      const result = tail.then(() => read(distinct)).finally(() => pending--);
      tail = result;
      return result;
    },
    async close() {
      isClosed = true;
      if (pending > 0) cut.abort();
      await tail;
      await endSession();
      before = undefined;
    },
  };
}

interface Shared {
  readonly columns: readonly string[];
  readonly rows: readonly SourceRow[];
}

/** Rows from values; what is equal to the read before at the same place is that very object. */
function shareRows(
  columns: readonly string[],
  values: readonly (readonly SourceValue[])[],
  before: Shared | undefined,
): Shared {
  const isComparable = before !== undefined && columns.join('\n') === before.columns.join('\n');
  const known = isComparable ? before.rows : [];
  let isSame = isComparable && values.length === known.length;
  const rows = values.map((row, index) => {
    const same = known[index];
    if (same && isRow(same, columns, row)) return same;
    isSame = false;
    return rowOf(columns, row);
  });
  return isSame && before ? before : { columns, rows };
}

function isRow(row: SourceRow, columns: readonly string[], values: readonly SourceValue[]): boolean {
  for (const [index, column] of columns.entries()) if (row[column] !== values[index]) return false;
  return true;
}

function rowOf(columns: readonly string[], values: readonly SourceValue[]): SourceRow {
  const row: Record<string, SourceValue> = {};
  for (const [index, column] of columns.entries()) row[column] = values[index] ?? null;
  return row;
}
