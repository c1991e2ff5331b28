/** The Kubernetes API as the neighbours use it: lists, watches and merge patches over plain HTTP. */
import { setMaxListeners } from 'node:events';

export interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** An object as it came; what is read of `spec` and `status` is up to the reader. */
export interface ApiObject<Spec = object, Status = object> {
  readonly metadata: Meta;
  readonly spec?: Spec;
  readonly status?: Status;
}

export interface Following {
  stop(): Promise<void>;
}

export interface Api {
  /** A merge patch of the object or, with `subresource`, of its status. An object that is gone or changed is no failure. */
  patch(collection: string, meta: Meta, body: object, subresource?: 'status'): Promise<void>;
  /** A server-side apply of a whole object, whoever owned its fields before. */
  apply(collection: string, manager: string, object: Manifest): Promise<void>;
  /**
   * Lists a collection of all namespaces (`/apis/apps/v1/deployments`) and watches it, for ever. `onChange` gets each object as it is now, or
   * `undefined` and its key (`namespace/name`) when it is gone; `onListed` is told when all that was there has been given.
   */
  follow<T extends ApiObject>(
    collection: string,
    onChange: (key: string, object: T | undefined) => void,
    onListed?: () => void,
  ): Following;
}

/** Milliseconds until a watch that ended is opened again. */
const again = 200;

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: ApiObject;
}

function pathOf(collection: string, { namespace, name }: Manifest['metadata'] | Meta): string {
  const at = collection.lastIndexOf('/');
  const inside = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${collection.slice(0, at)}${inside}${collection.slice(at)}/${name}`;
}

export function createApi({ url, token }: { readonly url: string; readonly token: string }): Api {
  const headers = { authorization: `Bearer ${token}` };

  return {
    async apply(collection, manager, object) {
      const path = pathOf(collection, object.metadata);
      const reply = await fetch(`${url}${path}?fieldManager=${manager}&force=true`, {
        method: 'PATCH',
        headers: { ...headers, 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify(object),
      });
      const text = await reply.text();
      if (!reply.ok) throw new Error(`apply ${path}: ${reply.status} ${text}`);
    },

    async patch(collection, meta, body, subresource) {
      const path = pathOf(collection, meta);
      const reply = await fetch(`${url}${path}${subresource ? `/${subresource}` : ''}`, {
        method: 'PATCH',
        headers: { ...headers, 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify(body),
      });
      const text = await reply.text();
      if (!reply.ok && reply.status !== 404 && reply.status !== 409)
        throw new Error(`PATCH ${path}: ${reply.status} ${text}`);
    },

    follow<T extends ApiObject>(
      collection: string,
      onChange: (key: string, object: T | undefined) => void,
      onListed: () => void = () => undefined,
    ) {
      const stopping = new AbortController();
      const { signal } = stopping;
      const known = new Map<string, T>();

      async function list(): Promise<string> {
        const reply = await fetch(`${url}${collection}`, { headers, signal });
        if (!reply.ok) throw new Error(`GET ${collection}: ${reply.status}`);
        const { items, metadata } = (await reply.json()) as { items: T[]; metadata: Meta };
        const found = new Map(items.map((item) => [keyOf(item), item]));
        for (const key of known.keys()) if (!found.has(key)) put(key, undefined);
        for (const [key, item] of found) put(key, item);
        onListed();
        return metadata.resourceVersion ?? '';
      }
      function put(key: string, object: T | undefined): void {
        if (object === undefined) known.delete(key);
        else known.set(key, object);
        onChange(key, object);
      }
      async function watch(resourceVersion: string): Promise<void> {
        const query = `?watch=1&resourceVersion=${resourceVersion}`;
        const reply = await fetch(`${url}${collection}${query}`, { headers, signal });
        if (!reply.ok || !reply.body) throw new Error(`watch ${collection}: ${reply.status}`);
        for await (const line of linesOf(reply.body)) {
          const { type, object } = JSON.parse(line) as WatchEvent;
          // History is gone: the list tells what was missed.
          if (type === 'ERROR') return;
          if (type !== 'BOOKMARK') put(keyOf(object), type === 'DELETED' ? undefined : (object as T));
        }
      }
      const running = (async () => {
        while (!signal.aborted) {
          // A server that is away comes back, or `stop` is near.
          await list()
            .then(watch)
            .catch(() => undefined);
          if (!signal.aborted) await pause(again, signal);
        }
      })();
      return {
        async stop() {
          stopping.abort();
          await running;
        },
      };
    },
  };
}

export function keyOf({ metadata: { namespace, name } }: ApiObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
}

/** As many wait for its end at once as there are objects: ten is no sign of a leak here. */
export function createStopping(): AbortController {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  return stopping;
}

/** Ends early when the signal says so. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
