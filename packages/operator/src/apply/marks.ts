/** Labels, annotations and owner references that are the operator's own, where they are written apart from the rest of an object. */
import { ANNOTATIONS, API_VERSION, LABELS } from '@tenant-operator/api';
import type { KubeObject, OwnerReference } from '@tenant-operator/kube';

/** Those that say that an object was left behind are no part of a manifest: they go last, by a write of their own. */
const orphanMarks: readonly string[] = [LABELS.orphaned, ANNOTATIONS.orphanedAt, ANNOTATIONS.orphanedReason];
const ownLabels = Object.values(LABELS).filter((name) => !orphanMarks.includes(name));
const ownAnnotations = Object.values(ANNOTATIONS).filter((name) => !orphanMarks.includes(name));

/** What of a manifest is written again when its item is made once; its content may be another one at each rendering. */
export function ownMarks({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, labels = {}, annotations = {}, ownerReferences } = metadata;
  const only = (marks: Readonly<Record<string, string>>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(marks).filter(([mark]) => names.includes(mark)));
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: only(labels, ownLabels),
      annotations: only(annotations, ownAnnotations),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
    },
  };
}

/** A merge patch of `metadata` that brings our own marks of a live object to what the manifest says; undefined when they are. */
export function changedMarks(manifest: KubeObject, live: KubeObject): Record<string, unknown> | undefined {
  const labels = changed(ownLabels, manifest.metadata.labels, live.metadata.labels);
  const annotations = changed(ownAnnotations, manifest.metadata.annotations, live.metadata.annotations);
  const owners = ownersOf(manifest, live);
  const isSameOwners = JSON.stringify(owners) === JSON.stringify(live.metadata.ownerReferences ?? []);
  const patch = {
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(isSameOwners ? {} : { ownerReferences: owners.length === 0 ? null : owners }),
  };
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** For a merge patch, which takes a list as a whole: who else owns the object goes on to, and we do only where the manifest says so. */
export function withOwners(manifest: KubeObject, live: KubeObject): KubeObject {
  const owners = ownersOf(manifest, live);
  if (owners.length === 0 && live.metadata.ownerReferences === undefined) return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, ownerReferences: owners } };
}

function ownersOf(manifest: KubeObject, live: KubeObject): OwnerReference[] {
  const own = manifest.metadata.ownerReferences ?? [];
  const others = (live.metadata.ownerReferences ?? []).filter(({ apiVersion }) => apiVersion !== API_VERSION);
  return [...own, ...others];
}

type Marks = Readonly<Record<string, string>> | undefined;

/** A merge patch of the `names` alone. */
function changed(
  names: readonly string[],
  wanted: Marks,
  live: Marks,
): Record<string, string | null> | undefined {
  const entries = names
    .filter((name) => wanted?.[name] !== live?.[name])
    .map((name) => [name, wanted?.[name] ?? null] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
