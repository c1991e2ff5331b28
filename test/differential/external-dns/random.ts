/** A seeded source of choices: one seed, one sequence. */
export interface Random {
  /** A whole number from 0 up to, but without, `below`. */
  int(below: number): number;
  pick<T>(items: readonly T[]): T;
  /** Like `pick`, but from a shuffled deck of the list: every item comes once before any comes again. */
  deal<T>(items: readonly T[]): T;
  /** True in `percent` of the cases. */
  chance(percent: number): boolean;
}

/** Creates a {@link Random} (xorshift32) for any seed but zero. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0 || 1;
  const int = (below: number) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
  const decks = new WeakMap<object, unknown[]>();
  const deal = <T>(items: readonly T[]): T => {
    let deck = decks.get(items) as T[] | undefined;
    if (!deck || deck.length === 0) {
      deck = [...items];
      decks.set(items, deck);
    }
    return deck.splice(int(deck.length), 1)[0]!;
  };
  return { int, pick: (items) => items[int(items.length)]!, deal, chance: (percent) => int(100) < percent };
}
