/** Exponential back-off with jitter. */

export interface BackoffOptions {
  /** Delay after the first failure, in milliseconds. */
  baseMs: number;
  maxMs: number;
}

/**
 * The delay after the n-th failure in a row (n from 1): doubled each time up to the maximum, of which a
 * random share between a half and the whole is taken, so that those who failed together spread out.
 */
export function backoffDelay(options: BackoffOptions, failures: number, random: () => number): number {
  const full = Math.min(options.maxMs, options.baseMs * 2 ** Math.min(Math.max(0, failures - 1), 40));
  return full * (0.5 + random() / 2);
}

/** One line about any failure, for logs and stats. */
export function causeOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0]?.slice(0, 500) ?? '';
}
