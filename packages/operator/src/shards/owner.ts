/**
 * Rendezvous hashing: each shard draws a number for the tenant, the highest has it. When a shard comes, it takes its part from all
 * the others and nothing else moves; when one goes, its tenants alone are spread over the others.
 */

/** The shard that a tenant (`namespace/name`) belongs to; undefined when there are none. */
export function ownerOf(tenantKey: string, shards: readonly number[]): number | undefined {
  let owner: number | undefined;
  let best = -1;
  const hash = hashOf(tenantKey);
  for (const shard of shards) {
    const draw = mix(hash ^ Math.imul(shard + 1, 0x9e3779b1));
    if (draw > best || (draw === best && shard < (owner ?? shard))) {
      owner = shard;
      best = draw;
    }
  }
  return owner;
}

/** FNV-1a over UTF-16 units, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** The finalizer of MurmurHash3: names that differ in a digit must not draw alike. */
function mix(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
