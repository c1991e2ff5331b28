/** One item of one tenant, rendered to the manifest that is applied. */
import type { JsonObject } from '@tenant-operator/api';
import { type CompiledItem, nameField, namespaceField } from './compile.ts';
import { RenderError, renderNode, renderText } from './tree.ts';

export interface RenderedItem {
  readonly id: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** As the author asked; undefined means the tenant's own namespace (or none, for a cluster-scoped kind). */
  readonly namespace: string | undefined;
  /** The whole manifest, without the operator's own labels, annotations and owner reference. */
  readonly manifest: JsonObject;
}

export interface RenderProblem {
  readonly id: string;
  /** The item and the field, as `message` begins. */
  readonly where: string;
  readonly message: string;
}

export type RenderOutcome =
  | { readonly kind: 'rendered'; readonly item: RenderedItem }
  | { readonly kind: 'absent' }
  | { readonly kind: 'problem'; readonly problem: RenderProblem };

/** Renders an item, or says that its `when` leaves it out, or names the field that failed. */
export function renderItem(item: CompiledItem, data: Readonly<Record<string, unknown>>): RenderOutcome {
  try {
    if (item.when && !isWanted(renderText(item.when, data, 'when'))) return { kind: 'absent' };
    return { kind: 'rendered', item: renderManifest(item, data) };
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    const where = `item "${item.id}", field ${error.path}`;
    return { kind: 'problem', problem: { id: item.id, where, message: `${where}: ${error.message}` } };
  }
}

function renderManifest(item: CompiledItem, data: Readonly<Record<string, unknown>>): RenderedItem {
  const name =
    item.name === undefined ? `${String(data.uid)}-${item.id}` : renderText(item.name, data, nameField(item));
  checkName(nameField(item), name);
  const namespace =
    item.namespace === undefined ? undefined : renderText(item.namespace, data, namespaceField(item));
  if (namespace === '') throw new RenderError(namespaceField(item), 'the namespace is empty');
  if (namespace) checkNamespace(namespaceField(item), namespace);
  const labels = mergeMaps(item.labels, 'labels', data);
  const annotations = mergeMaps(item.annotations, 'annotations', data);
  const manifest: JsonObject = {
    apiVersion: item.apiVersion,
    kind: item.kind,
    metadata: {
      ...(renderNode(item.metadata, data) as JsonObject),
      name,
      ...(namespace === undefined || namespace === '' ? {} : { namespace }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    ...(renderNode(item.body, data) as JsonObject),
  };
  return {
    id: item.id,
    apiVersion: item.apiVersion,
    kind: item.kind,
    name,
    namespace: namespace || undefined,
    manifest,
  };
}

/** What may stand in a URL (`path.IsValidPathSegmentName` of Kubernetes); the rest is the server's to judge. */
function checkName(field: string, name: string): void {
  if (name === '') throw new RenderError(field, 'the name is empty');
  if (name === '.' || name === '..' || /[/%]/.test(name))
    throw new RenderError(field, `${JSON.stringify(name)} cannot be the name of an object`);
}

function checkNamespace(field: string, namespace: string): void {
  if (namespace.length > 63 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace))
    throw new RenderError(field, `${JSON.stringify(namespace)} cannot be the name of a namespace`);
}

/**
 * Later maps win: the item's own templates over what stands inside its `spec.metadata`. Labels and annotations are text, so
 * that `version: 2` without quotes is the text "2".
 */
function mergeMaps(nodes: CompiledItem['labels'], field: string, data: unknown): JsonObject {
  const merged = new Map<string, string>();
  for (const node of nodes) {
    for (const [name, value] of Object.entries(renderNode(node, data) as JsonObject)) {
      if (typeof value === 'object' && value !== null) {
        const path = `spec.metadata.${field}[${JSON.stringify(name)}]`;
        throw new RenderError(path, 'its value must be text');
      }
      merged.set(name, value === null || value === undefined ? '' : String(value));
    }
  }
  return Object.fromEntries(merged);
}

/** `when` is a template; empty text and the words for no mean that the item does not exist. */
function isWanted(text: string): boolean {
  return !['', 'false', '0', 'no', 'off', 'n', 'f', '<no value>'].includes(text.trim().toLowerCase());
}
