import type { Lane } from './index.ts';

/** Every so many turns one is for bulk, however many urgent keys there are. */
const BULK_EVERY = 4;
/** So many taken entries are kept before a line is cut. */
const SLACK = 1024;

/** The keys that wait, each once, by the lane that they wait in and since when. */
export interface Line {
  /** False when the key waits already; it moves to the more urgent lane. `now` in milliseconds. */
  push(key: string, lane: Lane, now: number): boolean;
  /** The next one and since when it waits. */
  take(): { readonly key: string; readonly since: number } | undefined;
  has(key: string): boolean;
  clear(): void;
  size(): number;
}

export function createLine(): Line {
  const waiting = new Map<string, { lane: Lane; since: number }>();
  const lanes = { urgent: createFifo(), bulk: createFifo() };
  let turn = 0;

  /** A key that moved to the other lane left its old place behind. */
  const shift = (lane: Lane): string | undefined => {
    for (let key = lanes[lane].shift(); key !== undefined; key = lanes[lane].shift()) {
      if (waiting.get(key)?.lane === lane) return key;
    }
    return undefined;
  };

  return {
    push(key, lane, now) {
      const known = waiting.get(key);
      if (known && (known.lane === lane || lane === 'bulk')) return false;
      waiting.set(key, { lane, since: known?.since ?? now });
      lanes[lane].push(key);
      return known === undefined;
    },
    take() {
      turn += 1;
      const isForBulk = turn % BULK_EVERY === 0;
      const key = isForBulk ? (shift('bulk') ?? shift('urgent')) : (shift('urgent') ?? shift('bulk'));
      if (key === undefined) return undefined;
      const since = waiting.get(key)?.since ?? 0;
      waiting.delete(key);
      return { key, since };
    },
    has: (key) => waiting.has(key),
    clear() {
      waiting.clear();
      for (const lane of Object.values(lanes)) lane.clear();
    },
    size: () => waiting.size,
  };
}

/** With a moving head: taking from the front of a large array or Set gets slower with every taken key. */
function createFifo() {
  let keys: string[] = [];
  let head = 0;
  return {
    push: (key: string) => void keys.push(key),
    shift(): string | undefined {
      const key = keys[head];
      if (key === undefined) return undefined;
      head += 1;
      if (head > SLACK && head * 2 > keys.length) {
        keys = keys.slice(head);
        head = 0;
      }
      return key;
    },
    clear() {
      keys = [];
      head = 0;
    },
  };
}
