/** The loop that the simple neighbours share: look at one object, perhaps change it; failures are tried again. */
import { equal } from '../json.ts';
import { type Api, type ApiObject, createStopping, pause } from './api.ts';
import type { Neighbour } from './index.ts';

const retryMs = 500;

/** Calls `act` for each state of each object of the collections; one call at a time for an object, the newest state. */
export function react<T extends ApiObject>(
  api: Api,
  collections: readonly string[],
  act: (object: T, collection: string) => Promise<void>,
): Neighbour {
  const stopping = createStopping();
  const waiting = new Map<string, T | undefined>();
  const working = new Map<string, Promise<void>>();

  async function work(key: string, collection: string): Promise<void> {
    while (waiting.has(key) && !stopping.signal.aborted) {
      const object = waiting.get(key);
      waiting.delete(key);
      if (object === undefined) continue;
      try {
        await act(object, collection);
      } catch {
        await pause(retryMs, stopping.signal);
        if (!waiting.has(key)) waiting.set(key, object);
      }
    }
    working.delete(key);
  }

  const following = collections.map((collection) =>
    api.follow<T>(collection, (name, object) => {
      const key = `${collection} ${name}`;
      waiting.set(key, object);
      // Not at once: work that ends before it is noted would stay noted for ever.
      if (!working.has(key))
        working.set(
          key,
          Promise.resolve().then(() => work(key, collection)),
        );
    }),
  );
  return {
    async stop() {
      stopping.abort();
      await Promise.all(following.map((one) => one.stop()));
      await Promise.all(working.values());
    },
  };
}

/** Whether all of `wanted` is in `present` already: then nothing needs to be written. */
export function holds(present: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) return equal(present, wanted);
  if (typeof present !== 'object' || present === null) return false;
  return Object.entries(wanted).every(([key, value]) =>
    holds((present as Record<string, unknown>)[key], value),
  );
}
