import * as z from 'zod';
import { extras, mapList, text, time, word } from './build.ts';

/** The metadata of an object, as far as this API reads it; everything else is kept as it is. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  creationTimestamp?: string;
  deletionTimestamp?: string;
}

export const metadataSchema = z.looseObject({
  name: z.string(),
  namespace: z.string().exactOptional(),
  uid: z.string().exactOptional(),
  resourceVersion: z.string().exactOptional(),
  generation: z.int().exactOptional(),
  labels: z.record(z.string(), z.string()).exactOptional(),
  annotations: z.record(z.string(), z.string()).exactOptional(),
  finalizers: z.array(z.string()).exactOptional(),
  creationTimestamp: z.string().exactOptional(),
  deletionTimestamp: z.string().exactOptional(),
}) as unknown as z.ZodType<ObjectMeta, ObjectMeta>;

/** The id of an item: wider than a DNS label, though it is part of the default name of the item's object (docs/adr/0008). */
export const itemId = (): z.ZodString =>
  word(
    /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/,
    63,
    'an id is made of letters, digits, hyphens, underscores and dots, and begins and ends with a letter or digit, such as web-ingress',
  );

/** The name of another object of this API. */
export const objectName = (): z.ZodString =>
  word(
    /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
    253,
    'an object name is made of lower-case letters, digits, hyphens and dots, and begins and ends with a letter or digit',
  );

/** One key of a Secret. */
export const secretKeyRefSchema = z
  .object({
    name: text(253).describe("Name of a Secret in the registry's namespace."),
    key: text(253).describe('Key within the Secret.'),
  })
  .register(extras, { mapType: 'atomic' });

/** A condition, in the shape that all of Kubernetes uses (KEP-1623). */
const conditionSchema = z.object({
  type: text(316).describe('What the condition is about, such as Ready.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  reason: text(1024).describe(
    'Why, in one CamelCase word that tools may rely on; docs/reasons.md lists them all.',
  ),
  message: z.string().max(32768).describe('Why, in one line for people: what, where and what to do.'),
  observedGeneration: generation()
    .exactOptional()
    .describe('The metadata.generation that the condition is about.'),
  lastTransitionTime: time().describe('When the status last went from one value to another.'),
});

const conditionsSchema = mapList(conditionSchema, 'type', 32);

/** A metadata.generation that a status or condition was made from. */
export function generation(): z.ZodInt {
  return z.int().min(0);
}

/** What every status begins with. */
export const statusHead = {
  observedGeneration: generation()
    .exactOptional()
    .describe('The metadata.generation that the rest of the status was made from.'),
};

export const statusTail = {
  conditions: conditionsSchema
    .exactOptional()
    .describe('What holds and what does not, each with its reason.'),
};

export type SecretKeyRef = z.output<typeof secretKeyRefSchema>;
export type Condition = z.output<typeof conditionSchema>;
export type ConditionStatus = Condition['status'];
