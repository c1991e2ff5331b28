import type { AdminApi } from '../access/api.ts';
import { RigError } from '../errors.ts';

/** Reads single objects by the names that kubectl takes for a kind. */
export interface Resources {
  /**
   * The object as `kubectl get KIND NAME -o json` prints it, undefined when there is none. A namespace is ignored for kinds
   * that have none. Rejects with REQUEST_FAILED for a kind that the server does not have.
   */
  find<T>(kind: string, name: string, namespace: string): Promise<T | undefined>;
}

interface Resource {
  readonly name: string;
  readonly singularName: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
}

interface Place {
  /** Of the group and version, such as `/apis/apps/v1`. */
  readonly root: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/**
 * A suite asks some hundred times whether something has come about, and a process for every question would be most of
 * what a machine of few cores does meanwhile.
 */
export function createResources(api: AdminApi): Resources {
  // What was found stays: a CRD may come, but its path does not change.
  const places = new Map<string, Place>();
  const placeOf = async (kind: string): Promise<Place> => {
    const place = places.get(kind) ?? (await discover(api, kind));
    if (!place) throw new RigError('REQUEST_FAILED', `the server does not have a resource type "${kind}"`);
    places.set(kind, place);
    return place;
  };
  return {
    async find<T>(kind: string, name: string, namespace: string) {
      const { root, plural, namespaced } = await placeOf(kind);
      const path = [root, ...(namespaced ? ['namespaces', namespace] : []), plural, name].join('/');
      const object = await api.get<{ metadata: { managedFields?: unknown } }>(path);
      // kubectl does not print them unless it is asked to.
      if (object) delete object.metadata.managedFields;
      return object as T | undefined;
    },
  };
}

/** Where objects of a kind are: the core group first, then the others in the order of the server, as kubectl looks. */
async function discover(api: AdminApi, kind: string): Promise<Place | undefined> {
  const wanted = kind.toLowerCase();
  const { groups } = (await api.get<{ groups: { preferredVersion: { groupVersion: string } }[] }>(
    '/apis',
  )) ?? {
    groups: [],
  };
  const roots = [
    '/api/v1',
    ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`),
  ];
  for (const root of roots) {
    const { resources } = (await api.get<{ resources: readonly Resource[] }>(root)) ?? { resources: [] };
    const found = resources.find(
      (resource) => !resource.name.includes('/') && namesOf(resource).includes(wanted),
    );
    if (found) return { root, plural: found.name, namespaced: found.namespaced };
  }
  return undefined;
}

function namesOf({ name, singularName, kind, shortNames = [] }: Resource): string[] {
  return [name, singularName, kind.toLowerCase(), ...shortNames];
}
