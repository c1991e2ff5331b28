/** What the page may send. */
import * as z from 'zod';
import type { Action } from './wire.ts';

const key = z.string().max(320);
export const actionSchema: z.ZodType<Action> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('suspend'),
    what: z.enum(['tenant', 'template', 'registry']),
    key,
    is: z.boolean(),
  }),
  z.object({
    kind: z.literal('approve'),
    what: z.enum(['template', 'registry']),
    key,
    digest: z.string().min(1).max(200),
  }),
  z.object({ kind: z.literal('row'), uid: z.string().max(1_000), isActive: z.boolean() }),
]);
