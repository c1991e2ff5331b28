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
/** A pipe gets a line so often, in milliseconds; work that is over before says nothing. */
const lineMs = 5_000;

export function createProgress({ stream, now }: ProgressOptions): Progress {
  let step = '';
  let last = stream.isTTY ? Number.NEGATIVE_INFINITY : now();
  let isDrawn = false;
  return {
    update(what, done, total) {
      const isNew = what !== step;
      step = what;
      if (stream.isTTY ? !isNew && done !== total && now() - last < redrawMs : now() - last < lineMs) return;
      last = now();
      const text = total === undefined ? `${what} ...` : `${what}: ${done ?? 0} of ${total}`;
      stream.write(stream.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
      isDrawn = true;
    },
    end() {
      if (stream.isTTY && isDrawn) stream.write('\r\u001b[K');
      isDrawn = false;
      step = '';
    },
  };
}

/** Progress of the process: on stderr. */
export function stderrProgress(): Progress {
  return createProgress({ stream: process.stderr, now: () => performance.now() });
}
