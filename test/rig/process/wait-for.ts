import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, RigError } from '../errors.ts';

export interface WaitOptions {
  /** What is waited for, as it reads after "waited 10 s for". */
  what: string;
  /** Default 30 s. */
  timeoutMs?: number;
  /** Pause between two tries, default 100 ms. */
  intervalMs?: number;
  signal?: AbortSignal;
}

/**
 * Calls `condition` until it gives something other than false, undefined or null, and returns that.
 * A condition that throws counts as not yet met; the last such message is part of the timeout's error.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions,
): Promise<Exclude<T, false | undefined | null>> {
  const { what, timeoutMs = 30_000, intervalMs = 100, signal } = options;
  const deadline = performance.now() + timeoutMs;
  let last: string | undefined;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const value = await condition();
      if (value !== false && value !== undefined && value !== null)
        return value as Exclude<T, false | undefined | null>;
      last = undefined;
    } catch (error) {
      if (error instanceof RigError && error.code === 'PART_EXITED') throw error;
      last = messageOf(error);
    }
    if (performance.now() >= deadline) {
      const options = last === undefined ? {} : { detail: last };
      throw new RigError('TIMEOUT', `waited ${timeoutMs / 1000} s for ${what}`, options);
    }
    await sleep(intervalMs);
  }
}
