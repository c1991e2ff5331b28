import { CommandFailure } from '../failure.ts';

const everyMs = 50;

/** Waits until `check` is true; a failing check counts as "not yet". Throws CommandFailure with the last cause. */
export async function until(what: string, check: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  let cause = '';
  for (;;) {
    try {
      if (await check()) return;
      cause = '';
    } catch (error) {
      cause = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (performance.now() > end)
      throw new CommandFailure(`waited ${timeoutMs / 1_000} s for ${what}${cause}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
