import type { Clock } from '../clock/index.ts';
import { TransportError } from './errors.ts';

/** An abort signal of one's own that follows the caller's and a deadline; `release` leaves nothing behind. */
export interface Deadline {
  readonly signal: AbortSignal;
  abort(error: TransportError): void;
  /** The deadline no longer counts, the caller's signal still does. */
  disarm(): void;
  release(): void;
}

/** Creates a {@link Deadline}; aborting yields a TransportError as the signal's reason. */
export function createDeadline(
  clock: Clock,
  server: string,
  timeoutMs: number,
  outer: AbortSignal | undefined,
): Deadline {
  const controller = new AbortController();
  const onOuter = () =>
    controller.abort(new TransportError('aborted', 'the request was cancelled', { sent: true }));
  const timer = clock.setTimeout(() => {
    const seconds = Math.round(timeoutMs / 100) / 10;
    controller.abort(new TransportError('timeout', `cannot reach ${server}: no answer within ${seconds} s`));
  }, timeoutMs);
  if (outer?.aborted) onOuter();
  else outer?.addEventListener('abort', onOuter, { once: true });
  return {
    signal: controller.signal,
    abort: (error) => controller.abort(error),
    disarm: () => clock.clearTimeout(timer),
    release() {
      clock.clearTimeout(timer);
      outer?.removeEventListener('abort', onOuter);
    },
  };
}
