/** What one render may use. Go has no such guards; templates here come from users of a shared operator. */

export interface Limits {
  /** Bytes of output. */
  readonly outputBytes: number;
  /** Actions, loop turns and function calls. */
  readonly steps: number;
  /** Templates that call each other. */
  readonly depth: number;
  /** Bytes and list items that functions may build, all together. */
  readonly built: number;
}

export const DEFAULT_LIMITS: Limits = {
  outputBytes: 8 * 1024 * 1024,
  steps: 1_000_000,
  depth: 500,
  built: 64 * 1024 * 1024,
};

/** Thrown inside a render; it leaves as a TemplateError of kind `limit`. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
}
