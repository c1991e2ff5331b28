/** The history of a template: one ControllerRevision (apps/v1) for each content that was valid. */
import { createHash } from 'node:crypto';
import {
  API_VERSION,
  FIELD_MANAGER,
  LABELS,
  type TemplateSpec,
  type TenantTemplate,
} from '@tenant-operator/api';
import { ApiError, type KubeClient, type KubeObject, type ResourceType } from '@tenant-operator/kube';
import { canonicalJson } from '../../children/index.ts';
import { labelValue } from '../../plan/names.ts';
import type { ObjectCache } from '../cache.ts';

/** What of a ControllerRevision is used here. */
export interface Revision extends KubeObject {
  readonly revision: number;
  readonly data: { readonly spec: TemplateSpec };
}

export const revisionType: ResourceType = {
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  namespaced: true,
};

/** How many revisions are kept besides those that tenants are on. */
export const revisionHistoryLimit = 10;

/** What tenants are rendered from; how fast a change reaches them, who writes it and how DNS is checked is no part of it. */
function contentOf({ spec }: TenantTemplate): TemplateSpec {
  const { rollout: _, suspend: __, dns: ___, serviceAccountName: ____, ...content } = spec;
  return content as TemplateSpec;
}

/** The rest of a template, which is the same for all of its revisions. */
export function besidesContent({
  spec: { rollout, suspend, dns, serviceAccountName },
}: TenantTemplate): Pick<TemplateSpec, 'rollout' | 'suspend' | 'dns' | 'serviceAccountName'> {
  return {
    rollout,
    suspend,
    ...(dns === undefined ? {} : { dns }),
    ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
  };
}

/** The name of the revision that holds the template's present content; equal content has the same name. */
export function revisionName(template: TenantTemplate): string {
  const known = names.get(template);
  if (known !== undefined) return known;
  const digest = createHash('sha256').update(canonicalContent(template)).digest('hex').slice(0, 10);
  const name = `${template.metadata.name.slice(0, 240)}-${digest}`;
  names.set(template, name);
  return name;
}

function canonicalContent(template: TenantTemplate): string {
  try {
    return canonicalJson(contentOf(template));
  } catch (error) {
    // Nested beyond the stack: invalid, so that no revision of it is ever stored.
    if (!(error instanceof RangeError)) throw error;
    return `${template.metadata.uid}/${template.metadata.generation}`;
  }
}

const names = new WeakMap<TenantTemplate, string>();

export function revisionsOf(revisions: ObjectCache<Revision>, { metadata }: TenantTemplate): Revision[] {
  return [...revisions.values()]
    .filter((revision) => revision.metadata.ownerReferences?.some((owner) => owner.uid === metadata.uid))
    .sort((a, b) => a.revision - b.revision);
}

/** Stores the present content as the newest revision, unless it is that already. */
export async function recordRevision(
  client: KubeClient,
  revisions: ObjectCache<Revision>,
  template: TenantTemplate,
): Promise<void> {
  const history = revisionsOf(revisions, template);
  const name = revisionName(template);
  const newest = history.at(-1);
  if (newest?.metadata.name === name) return;
  const { namespace = '', uid = '' } = template.metadata;
  const owner = {
    apiVersion: API_VERSION,
    kind: 'TenantTemplate',
    name: template.metadata.name,
    uid,
    controller: true,
    blockOwnerDeletion: false,
  };
  const object: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      namespace,
      labels: { [LABELS.template]: labelValue(template.metadata.name) },
      ownerReferences: [owner],
    },
    revision: (newest?.revision ?? 0) + 1,
    data: { spec: contentOf(template) },
  };
  const saved = await client.apply(revisionType, object, { fieldManager: FIELD_MANAGER, force: true });
  revisions.put(saved.object);
}

/** Deletes the oldest revisions beyond the limit that no tenant is on. */
export async function pruneRevisions(
  client: KubeClient,
  revisions: ObjectCache<Revision>,
  template: TenantTemplate,
  used: ReadonlySet<string>,
): Promise<void> {
  const history = revisionsOf(revisions, template).filter(({ metadata }) => !used.has(metadata.name));
  for (const { metadata } of history.slice(0, Math.max(0, history.length - revisionHistoryLimit))) {
    const ref = { name: metadata.name, namespace: metadata.namespace ?? '' };
    try {
      await client.delete(revisionType, ref, { uid: metadata.uid ?? '' });
    } catch (error) {
      if (!(error instanceof ApiError && error.isConflict)) throw error;
    }
  }
}
