import * as z from 'zod';
import type { ItemType } from '../items.ts';
import type { JsonObject } from '../json.ts';
import {
  atomicList,
  extras,
  mapList,
  type Rule,
  setList,
  stringMap,
  text,
  withExtras,
  withRules,
} from './build.ts';
import { itemId } from './common.ts';

/** At most this many items in one list; the API server needs a limit to bound the cost of the rules. */
const MAX_ITEMS = 100;

const partialMetadata = z
  .looseObject({})
  .register(extras, { preserveUnknownFields: true })
  .exactOptional()
  .describe(
    'Annotations, labels and the rest, with templates in any string. name gives way to nameTemplate.',
  );

const anyManifest = z.looseObject({
  apiVersion: text(317).describe('API version of the object, such as gateway.networking.k8s.io/v1.'),
  kind: text(63).describe('Kind of the object, such as HTTPRoute.'),
  metadata: partialMetadata,
});

const typedManifest = z.looseObject({
  apiVersion: text(317).exactOptional().describe('API version of the object; may be left out.'),
  kind: text(63).exactOptional().describe('Kind of the object; may be left out.'),
  metadata: partialMetadata,
});

/** The manifest of an item. Nothing inside is checked here: it is partial and holds templates. */
function manifest(list: string, type: ItemType | undefined): z.ZodType<JsonObject, JsonObject> {
  const schema: z.ZodType =
    type === undefined ? anyManifest : withRules(typedManifest, ...kindRules(list, type));
  const kept = withExtras(schema, { preserveUnknownFields: true });
  return kept as unknown as z.ZodType<JsonObject, JsonObject>;
}

/** Another version of the same API group is fine: the cluster decides what it serves. */
function kindRules(list: string, { apiVersion, kind }: ItemType): Rule<z.output<typeof typedManifest>>[] {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash + 1);
  const sameGroup =
    group === '' ? `self.apiVersion == '${apiVersion}'` : `self.apiVersion.startsWith('${group}')`;
  return [
    {
      rule: `!has(self.kind) || self.kind == '${kind}'`,
      message: `${list} holds only the kind ${kind}: leave kind out, or move the item to the list of its kind or to manifests`,
      holds: (value) => value.kind === undefined || value.kind === kind,
    },
    {
      rule: `!has(self.apiVersion) || ${sameGroup}`,
      message: `${list} holds only objects of ${apiVersion}: leave apiVersion out, or move the item to manifests`,
      holds: (value) =>
        value.apiVersion === undefined ||
        (group === '' ? value.apiVersion === apiVersion : value.apiVersion.startsWith(group)),
    },
  ];
}

const itemShape = {
  id: itemId().describe('Name of the item within the template, unique over all lists.'),
  nameTemplate: text(1024)
    .exactOptional()
    .describe('Template of the name of the object; by default spec.metadata.name, else <uid>-<id>.'),
  when: z
    .string()
    .exactOptional()
    .describe(
      'Template that decides whether the item exists for a tenant: it does when the result is a true value.',
    ),
  targetNamespace: z
    .string()
    .exactOptional()
    .describe("Template of the namespace of the object; by default the Tenant's namespace."),
  labelsTemplate: stringMap(z.string())
    .exactOptional()
    .describe('Labels of the object, values are templates; they win over those in spec.metadata.labels.'),
  annotationsTemplate: stringMap(z.string())
    .exactOptional()
    .describe(
      'Annotations of the object, values are templates; they win over those in spec.metadata.annotations.',
    ),
  dependIds: setList(itemId(), MAX_ITEMS)
    .exactOptional()
    .describe(
      'Ids of items that must be ready before this one is applied; deletion goes the other way round.',
    ),
  skipOnDependencyFailure: z
    .boolean()
    .default(true)
    .describe('Whether the item is skipped when an item that it depends on has failed.'),
  waitForReady: z
    .boolean()
    .default(true)
    .describe(
      'Whether dependents and the Tenant wait until the object is ready; false counts it as ready once applied.',
    ),
  readyWhen: text(4096)
    .exactOptional()
    .describe(
      'CEL expression over the live object (object) that says when it is ready; by default the rule of its kind.',
    ),
  timeoutSeconds: z
    .int32()
    .min(1)
    .max(3600)
    .default(300)
    .describe('Seconds that the object may take to become ready after it was applied, 300 by default.'),
  creationPolicy: z
    .enum(['WhenNeeded', 'Once'])
    .default('WhenNeeded')
    .describe('WhenNeeded keeps the object as the template says; Once creates it and never updates it.'),
  deletionPolicy: z
    .enum(['Delete', 'Retain'])
    .default('Delete')
    .describe('What becomes of the object when its tenant or its item goes.'),
  conflictPolicy: z
    .enum(['Stuck', 'Force'])
    .default('Stuck')
    .describe('Stuck reports an object that somebody else made and leaves it alone; Force takes it over.'),
  driftPolicy: z
    .enum(['Correct', 'Warn'])
    .default('Correct')
    .describe('Correct puts a field back that somebody changed; Warn only reports it.'),
  patchStrategy: z
    .enum(['apply', 'merge', 'replace'])
    .default('apply')
    .describe('How the object is written: server-side apply, merge patch, or replace as a whole.'),
  recreateOnImmutable: z
    .boolean()
    .default(false)
    .describe('Whether the object is deleted and created again when a changed field is immutable.'),
  ignoreFields: atomicList(text(512))
    .max(MAX_ITEMS)
    .exactOptional()
    .describe(
      'JSONPath of fields that are set at creation and left alone afterwards, such as $.spec.replicas.',
    ),
};

const plainItem = z.object({ ...itemShape, spec: manifest('', undefined) });

/** One item of a template: a manifest with templates in its strings, and how to handle its object. */
export type TemplateItem = z.output<typeof plainItem>;

/** The schema of one item list. */
export function itemList(list: string, type: ItemType | undefined): z.ZodType<TemplateItem[]> {
  const described =
    type === undefined
      ? 'The whole manifest with templates in any string.'
      : `The whole manifest of the ${type.kind} with templates in any string; apiVersion and kind may be left out.`;
  const item = withRules(z.object({ ...itemShape, spec: manifest(list, type).describe(described) }), {
    rule: '!has(self.dependIds) || !(self.id in self.dependIds)',
    message: 'an item cannot depend on itself: remove its own id from dependIds',
    holds: ({ id, dependIds }) => dependIds?.includes(id) !== true,
  });
  return mapList(item, 'id', MAX_ITEMS);
}
