/**
 * Remembers objects that are gone, for a while: the answer to our own last write can arrive after the watch has told the end,
 * and would otherwise bring an object back that no event will ever take away again.
 */
export interface Gone {
  add(key: string, uid: string, resourceVersion: string): void;
  /** True for a version that is not newer than the last one seen of an object that is gone. */
  has(key: string, uid: string, resourceVersion: string): boolean;
}

const limit = 4_096;

export function createGone(): Gone {
  const gone = new Map<string, { readonly uid: string; readonly resourceVersion: string }>();
  return {
    add(key, uid, resourceVersion) {
      gone.delete(key);
      gone.set(key, { uid, resourceVersion });
      const [oldest] = gone.keys();
      if (gone.size > limit && oldest !== undefined) gone.delete(oldest);
    },
    has(key, uid, resourceVersion) {
      const last = gone.get(key);
      return last?.uid === uid && !isNewer(resourceVersion, last.resourceVersion);
    },
  };
}

/** Resource versions of one resource grow (KEP-5504); a length difference decides before the digits do. */
export function isNewer(version: string, than: string): boolean {
  return version.length === than.length ? version > than : version.length > than.length;
}
