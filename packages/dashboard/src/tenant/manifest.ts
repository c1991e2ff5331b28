/** What the template says of one object, what the object is, and the difference. */
import type { Tenant } from '@tenant-operator/api';
import type { KubeClient, KubeObject } from '@tenant-operator/kube';
import type { Operator } from '@tenant-operator/operator';
import { diffLines } from 'diff';
import { stringify } from 'yaml';
import type { DiffLine, ManifestView } from '../wire.ts';
import { findObject } from './objects.ts';
import { forPeople, renderTenant } from './render.ts';

/** Undefined when the tenant's template has no such item. */
export async function manifestView(
  objects: Operator['objects'],
  client: KubeClient,
  tenant: Tenant,
  id: string,
): Promise<ManifestView | undefined> {
  const { items } = renderTenant(objects, tenant);
  const outcome = items.find(({ compiled }) => compiled.id === id)?.outcome;
  if (!outcome) return undefined;
  const nothing = { id, rendered: '', live: '', diff: [] };
  if (outcome.kind === 'absent') return { ...nothing, problem: 'its condition `when` leaves it out' };
  if (outcome.kind === 'problem') return { ...nothing, problem: outcome.problem.message };
  const found = await findObject(client, outcome.item, tenant.metadata.namespace ?? '');
  const manifest = forPeople(outcome.item.manifest as unknown as KubeObject);
  const rendered = yamlOf(manifest);
  if (found.kind !== 'object') {
    const problem = found.kind === 'hidden' ? found.message : 'the object does not exist';
    return { ...nothing, rendered, problem };
  }
  const live = forPeople(found.object);
  return {
    id,
    rendered,
    live: yamlOf(live),
    diff: diffOf(yamlOf(reduceTo(live, manifest)), rendered),
    problem: '',
  };
}

function yamlOf(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The live value with the fields of the manifest alone, in its order: what the server or others added is no difference. */
function reduceTo(live: unknown, manifest: unknown): unknown {
  if (Array.isArray(live) && Array.isArray(manifest))
    return live.map((element, index) => (index in manifest ? reduceTo(element, manifest[index]) : element));
  if (!isRecord(live) || !isRecord(manifest)) return live;
  const shared = Object.keys(manifest).filter((name) => name in live);
  return Object.fromEntries(shared.map((name) => [name, reduceTo(live[name], manifest[name])]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function diffOf(live: string, rendered: string): DiffLine[] {
  return diffLines(live, rendered).flatMap(({ value, added, removed }) => {
    const kind = added ? 'rendered' : removed ? 'live' : 'same';
    const lines = value.endsWith('\n') ? value.slice(0, -1) : value;
    return lines.split('\n').map((text) => ({ kind, text }) as const);
  });
}
