/** Chance that can be had again: one seed, one sequence. */
import { createRandom } from '../differential/external-dns/random.ts';

export type { Random } from '../differential/external-dns/random.ts';

/** Seeds that stand next to each other give sequences that have nothing in common. */
export function createChance(seed: number): ReturnType<typeof createRandom> {
  const mixed = Math.imul((seed >>> 0) ^ 0x9e37_79b9, 0x85eb_ca6b) >>> 0;
  const random = createRandom(mixed ^ (mixed >>> 13));
  for (let n = 0; n < 8; n++) random.int(2);
  return random;
}
