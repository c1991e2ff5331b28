/**
 * Conformance of a Kubernetes API server: named behaviours as tables of requests. What a real kube-apiserver
 * answered is recorded in `recorded/`; the sandbox must answer the same, and the real server must still do so.
 *
 * Record with `npx tsx test/conformance/kubernetes-api/record.ts --server URL --token TOKEN [--only NAME]`.
 */
import { cases as apply } from './cases/apply.ts';
import { cases as collections } from './cases/collections.ts';
import { cases as conflicts } from './cases/conflicts.ts';
import { cases as create } from './cases/create.ts';
import { cases as custom } from './cases/custom.ts';
import { cases as definitions } from './cases/definitions/index.ts';
import { cases as directives } from './cases/directives.ts';
import { cases as jsonPatch } from './cases/json-patch.ts';
import { cases as kinds } from './cases/kinds.ts';
import { cases as list } from './cases/list.ts';
import { cases as ownership } from './cases/ownership.ts';
import { cases as patch } from './cases/patch.ts';
import { cases as reading } from './cases/reading.ts';
import { cases as remove } from './cases/remove.ts';
import { cases as reviews } from './cases/reviews.ts';
import { cases as selectors } from './cases/selectors.ts';
import { cases as strictness } from './cases/strictness.ts';
import { cases as subresources } from './cases/subresources.ts';
import { cases as update } from './cases/update.ts';
import { cases as validation } from './cases/validation.ts';
import { cases as watch } from './cases/watch.ts';
import { createWalk } from './walk.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One request. `$ns` is the case's own namespace; `{{2.body.metadata.uid}}` quotes the answer of step 2. */
export interface Step {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: Json;
  /** `apply`, `merge`, `json`, `strategic`, or a media type. */
  type?: string;
  accept?: string;
  agent?: string;
  /** Repeat (at most 30 s) until the answer has this status, or this JSON text occurs in it. */
  until?: { status?: number; text?: string };
  /** Read a watch until this many events came, or 3 s passed. */
  watch?: number;
  /** Prepares; its answer is not compared. */
  setup?: boolean;
  /** Keep only these paths of the answer: `a.b`, or `/a/b` where names hold dots. */
  pick?: string[];
}

export interface Case {
  name: string;
  reason: string;
  steps: Step[];
}

export const groups: Record<string, readonly Case[]> = {
  create,
  update,
  patch,
  apply,
  conflicts,
  list,
  watch,
  remove,
  custom,
  kinds,
  validation,
  reading,
  selectors,
  jsonPatch,
  directives,
  ownership,
  strictness,
  subresources,
  collections,
  reviews,
  definitions,
};

/** Random walks: the same operations in the same order on both servers, every answer and every event compared. */
export const walks: readonly Case[] = Array.from({ length: 12 }, (_, i) => createWalk(i + 1, 80));
