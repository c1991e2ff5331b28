/** How far long work has come: one line that changes on a terminal, a plain line now and then in a pipe. */

export interface ProgressOptions {
  /** Where it is written; `isTTY` decides how. */
  readonly stream: { readonly isTTY?: boolean | undefined; write(text: string): unknown };
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

export interface Progress {
  /** What is being done now; with `total`, how many of how many are done. */
  update(what: string, done?: number, total?: number): void;
  /** Takes the line away, so that what follows begins on a clean one. */
  end(): void;
}

/** A terminal is redrawn so often, in milliseconds; more is not seen. */
const redrawMs = 100;
/** A pipe gets a line so often while one step lasts, in milliseconds. */
const lineMs = 5_000;

export function createProgress({ stream, now }: ProgressOptions): Progress {
  const everyMs = stream.isTTY ? redrawMs : lineMs;
  let step = '';
  let last = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  return {
    update(what, done, total) {
      const isNew = what !== step;
      const isDone = total !== undefined && done === total;
      if (!isNew && !isDone && now() - last < everyMs) return;
      step = what;
      last = now();
      const text = total === undefined ? `${what} ...` : `${what}: ${done ?? 0} of ${total}`;
      if (stream.isTTY) stream.write(`\r\u001b[K${text}`);
      else stream.write(`${text}\n`);
      isDrawn = true;
    },
    end() {
      if (stream.isTTY && isDrawn) stream.write('\r\u001b[K');
      isDrawn = false;
      step = '';
      last = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Progress of the process: on stderr. */
export function stderrProgress(): Progress {
  return createProgress({ stream: process.stderr, now: () => performance.now() });
}
