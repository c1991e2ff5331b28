/** Changes that people make on the page, each a write of the caller's own. */

import { KINDS } from '@tenant-operator/api';
import { ApiError, type KubeClient, parseKey, type ResourceType } from '@tenant-operator/kube';
import type { DemoRows } from './demo-rows.ts';
import { approveAnnotation } from './views.ts';
import type { Action } from './wire.ts';

const types: Record<'tenant' | 'template' | 'registry', ResourceType> = {
  tenant: KINDS.Tenant,
  template: KINDS.TenantTemplate,
  registry: KINDS.TenantRegistry,
};

export interface ActionOutcome {
  readonly status: number;
  readonly message: string;
}

/** `text` is the body as it came; nothing is thrown. */
export async function act(
  text: string,
  client: KubeClient,
  rows: DemoRows | undefined,
): Promise<ActionOutcome> {
  const action = await parse(text);
  if (!action)
    return { status: 400, message: 'the page and its server do not understand each other: reload the page' };
  try {
    if (action.kind === 'row') {
      if (!rows) return { status: 404, message: 'rows can be switched in the demo only' };
      await rows.set(action.uid, action.isActive);
    } else {
      const change =
        action.kind === 'suspend'
          ? { spec: { suspend: action.is } }
          : { metadata: { annotations: { [approveAnnotation]: action.digest } } };
      await client.patch(types[action.what], parseKey(action.key), change, {
        contentType: 'merge',
        fieldManager: 'tenant-operator-dashboard',
      });
    }
    return { status: 200, message: '' };
  } catch (error) {
    if (error instanceof ApiError)
      return { status: error.status === 401 ? 403 : error.status, message: error.message };
    return { status: 502, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Few pages are ever clicked at: the schema is loaded when one is. */
async function parse(text: string): Promise<Action | undefined> {
  const { actionSchema } = await import('./action-schema.ts');
  try {
    return actionSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
