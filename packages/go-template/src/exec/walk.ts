/** Compiled nodes and what they tell the loop around them. */
import type { State } from './state.ts';

export const NEXT = 0;
export const BREAK = 1;
export const CONTINUE = 2;

export type Signal = typeof NEXT | typeof BREAK | typeof CONTINUE;

/** Writes a node's output; break and continue travel up as signals. */
export type Walk = (state: State) => Signal;
