import { randomBytes } from 'node:crypto';
import { backoffDelay, causeOf } from '../backoff.ts';
import { systemClock, wait } from '../clock/index.ts';
import { isApiError } from '../transport/errors.ts';
import { type KubeObject, type ResourceType, silentLogger } from '../types.ts';
import { createEventBudget } from './budget.ts';
import type { EventInput, EventRecorder, EventRecorderOptions, Regarding } from './index.ts';

const EVENTS: ResourceType = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };
// Of client-go's correlator: what repeats within ten minutes is one event with a count.
const REPEAT_MS = 10 * 60_000;
const MAX_KNOWN = 4096;
const MAX_PENDING = 1000;
const MAX_MESSAGE_BYTES = 1024;
const WRITERS = 4;
const TRIES = 4;
const RETRY = { baseMs: 500, maxMs: 5_000 };

interface Known {
  regarding: Reference;
  event: EventInput;
  name: string;
  count: number;
  /** The count that the server has; 0 before the event exists. */
  written: number;
  first: number;
  last: number;
  /** Waits for a writer, or is with one. */
  pending: boolean;
}

/** Creates a recorder of core/v1 Events, the form whose count and age kubectl describe shows. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { client } = options;
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLogger;
  const budget = createEventBudget(clock);
  const known = new Map<string, Known>();
  const line: Known[] = [];
  let writers = 0;
  let flushed: (() => void)[] = [];

  const remember = (fingerprint: string, regarding: Regarding, event: EventInput): Known => {
    const now = clock.now();
    const found = known.get(fingerprint);
    known.delete(fingerprint);
    const fresh = found && now - found.last < REPEAT_MS && now >= found.last ? found : undefined;
    const entry = fresh ?? create(regarding, event, now);
    entry.count += 1;
    entry.last = now;
    // Put at the end: the front of the map is what was not seen for longest.
    known.set(fingerprint, entry);
    for (const [oldest, { last }] of known) {
      if (known.size <= MAX_KNOWN && now - last < REPEAT_MS) break;
      known.delete(oldest);
    }
    return entry;
  };

  const write = async (entry: Known): Promise<void> => {
    const count = entry.count;
    const namespace = namespaceOf(entry.regarding);
    if (entry.written > 0) {
      const body = { count, lastTimestamp: timestamp(entry.last) };
      try {
        await client.patch(EVENTS, { name: entry.name, namespace }, body, { contentType: 'merge' });
        entry.written = count;
        return;
      } catch (error) {
        // Events live for an hour; an old one may be gone.
        if (!isApiError(error, 404)) throw error;
        entry.name = eventName(entry.regarding);
      }
    }
    await client.create(EVENTS, eventObject(entry, count, namespace, options), { fieldValidation: 'Ignore' });
    entry.written = count;
  };

  /** True when the server has the event. */
  const writeOrDrop = async (entry: Known): Promise<boolean> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await write(entry);
        return true;
      } catch (error) {
        // The name was taken by our own earlier try whose answer was lost: it is there.
        if (isApiError(error, 409)) {
          entry.written = 1;
          return true;
        }
        const hopeless = isApiError(error) && !error.isRetryable;
        if (hopeless || attempt >= TRIES) {
          const { kind, namespace = '', name } = entry.regarding;
          const object = `${kind} ${namespace}/${name}`;
          log.warn({ object, reason: entry.event.reason, cause: causeOf(error) }, 'an event was dropped');
          return false;
        }
        await wait(clock, backoffDelay(RETRY, attempt, Math.random));
      }
    }
  };

  const drain = async (): Promise<void> => {
    writers += 1;
    for (let entry = line.shift(); entry; entry = line.shift()) {
      const before = entry.count;
      const written = await writeOrDrop(entry);
      // Repeats that came in meanwhile are one more write together.
      if (written && entry.count > before) line.push(entry);
      else entry.pending = false;
    }
    writers -= 1;
    if (writers > 0) return;
    for (const resolve of flushed.splice(0)) resolve();
  };

  const enqueue = (entry: Known): void => {
    if (entry.pending) return;
    if (line.length >= MAX_PENDING) {
      log.warn({ reason: entry.event.reason }, 'an event was dropped: too many are waiting');
      return;
    }
    entry.pending = true;
    line.push(entry);
    if (writers < WRITERS) {
      drain().catch((error: unknown) => log.error({ cause: causeOf(error) }, 'writing events has failed'));
    }
  };

  return {
    record(regarding, event) {
      try {
        const cut = { ...event, message: cutBytes(event.message, MAX_MESSAGE_BYTES) };
        const { kind, metadata } = regarding;
        const object = [kind, metadata.namespace ?? '', metadata.name, metadata.uid ?? ''].join('\u0000');
        if (!budget.take(object)) {
          log.debug({ object: `${kind} ${metadata.name}`, reason: event.reason }, 'an event was held back');
          return;
        }
        const same = [object, cut.type, cut.reason, cut.action ?? '', cut.message].join('\u0000');
        enqueue(remember(same, regarding, cut));
      } catch (error) {
        log.error({ reason: event?.reason, cause: causeOf(error) }, 'an event could not be recorded');
      }
    },
    flush() {
      if (writers === 0) return Promise.resolve();
      return new Promise((resolve) => {
        flushed = [...flushed, resolve];
      });
    },
  };
}

function create(about: Regarding, event: EventInput, now: number): Known {
  const regarding = referenceTo(about);
  const name = eventName(regarding);
  return { regarding, event, name, count: 0, written: 0, first: now, last: now, pending: false };
}

/** What names an object, without the object: it would be held for as long as the event is known. */
interface Reference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

function referenceTo({ apiVersion, kind, metadata }: Regarding): Reference {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion,
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

function eventObject(
  entry: Known,
  count: number,
  namespace: string,
  options: EventRecorderOptions,
): KubeObject {
  const { type, reason, message, action } = entry.event;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: entry.name, namespace },
    involvedObject: entry.regarding,
    type,
    reason,
    message,
    ...(action === undefined ? {} : { action }),
    count,
    firstTimestamp: timestamp(entry.first),
    lastTimestamp: timestamp(entry.last),
    source: { component: options.component, host: options.instance },
    reportingComponent: options.component,
    reportingInstance: options.instance,
  };
}

/** Events of cluster-scoped objects live in `default`, where the server expects them. */
function namespaceOf(regarding: Reference): string {
  return regarding.namespace || 'default';
}

function eventName(regarding: Reference): string {
  // 253 bytes for a name; the rest is a dot and 16 digits.
  const base = regarding.name.slice(0, 236).replace(/[^a-z0-9]+$/, '') || 'event';
  return `${base}.${randomBytes(8).toString('hex')}`;
}

/** metav1.Time has whole seconds. */
function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The longest beginning that fits, never half a character; `...` tells that something was cut. */
export function cutBytes(text: string, max: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= max) return text;
  let end = max - 3;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.subarray(0, end).toString('utf8')}...`;
}
