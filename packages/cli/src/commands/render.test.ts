import type { TenantTemplate } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { renderTenant } from './render.ts';

const template = (...configMaps: unknown[]) =>
  ({
    metadata: { name: 'app' },
    spec: { registryId: 'crm', configMaps, suspend: false, rollout: {} },
  }) as unknown as TenantTemplate;
const item = (id: string, data: Record<string, string>, more = {}) => ({ id, spec: { data }, ...more });

describe('renderTenant', () => {
  it('gives the objects in dependency order, as the tenant would have them', () => {
    const objects = renderTenant(
      template(item('b', { x: '{{ .plan }}' }, { dependIds: ['a'] }), item('a', { x: '{{ .uid }}' })),
      undefined,
      { uid: 'acme', plan: 'gold' },
    );
    expect(objects).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'acme-a' }, data: { x: 'acme' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'acme-b' }, data: { x: 'gold' } },
    ]);
  });

  it.each<[Record<string, string>, string, string]>([
    [{}, 'the uid is missing: add --set uid=VALUE', 'no uid'],
    [{ uid: 'acme' }, 'variables are given with --set name=value', 'a missing variable'],
  ])('%j: %s (%s)', (given, message, _reason) => {
    expect(() => renderTenant(template(item('a', { x: '{{ .plan }}' })), undefined, given)).toThrow(message);
  });
});
