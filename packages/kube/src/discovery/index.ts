/** Discovery: which URL serves a kind. Asked per group version, remembered. */
import type { Clock } from '../clock/index.ts';
import { apiErrorOf } from '../transport/errors.ts';
import type { HttpResponse } from '../transport/index.ts';
import { parseApiVersion, type ResourceType } from '../types.ts';

export interface Discovery {
  /** `undefined` when the server does not serve it. Throws what the transport throws, and ApiError. */
  resourceType(apiVersion: string, kind: string): Promise<ResourceType | undefined>;
  /** The server denied knowing the path of a group version: the next question asks it again. */
  forget(apiVersion: string): void;
}

// A CRD may be installed at any time, but a missing one must not cost a request per object.
const MISS_MS = 10_000;

interface Known {
  kinds: Map<string, ResourceType>;
  askedAt: number;
}

/** Creates a discovery over `ask`, which sends a GET for a path. */
export function createDiscovery(ask: (path: string) => Promise<HttpResponse>, clock: Clock): Discovery {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<Known>>();

  const load = async (apiVersion: string): Promise<Known> => {
    const { group, version } = parseApiVersion(apiVersion);
    const segments = group === '' ? ['api', version] : ['apis', group, version];
    const response = await ask(`/${segments.map(encodeURIComponent).join('/')}`);
    if (response.status >= 400 && response.status !== 404) throw apiErrorOf(response.status, response.body);
    const kinds = response.status === 404 ? new Map() : readResources(response.body, group, version);
    const entry: Known = { kinds, askedAt: clock.monotonic() };
    known.set(apiVersion, entry);
    return entry;
  };

  const ensure = (apiVersion: string): Promise<Known> => {
    const running = asking.get(apiVersion);
    if (running) return running;
    const started = load(apiVersion).finally(() => asking.delete(apiVersion));
    asking.set(apiVersion, started);
    return started;
  };

  return {
    async resourceType(apiVersion, kind) {
      const entry = known.get(apiVersion);
      const found = entry?.kinds.get(kind);
      if (found) return found;
      if (entry && clock.monotonic() - entry.askedAt < MISS_MS) return undefined;
      return (await ensure(apiVersion)).kinds.get(kind);
    },
    forget(apiVersion) {
      known.delete(apiVersion);
    },
  };
}

/** Reads an APIResourceList; subresources (`pods/status`) are left out. */
function readResources(body: unknown, group: string, version: string): Map<string, ResourceType> {
  const kinds = new Map<string, ResourceType>();
  const resources = (body as { resources?: unknown } | null)?.resources;
  if (!Array.isArray(resources)) return kinds;
  for (const item of resources as Record<string, unknown>[]) {
    const { name, kind, namespaced } = item;
    if (typeof name !== 'string' || typeof kind !== 'string' || name.includes('/')) continue;
    if (!kinds.has(kind))
      kinds.set(kind, { group, version, kind, plural: name, namespaced: namespaced === true });
  }
  return kinds;
}
