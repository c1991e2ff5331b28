import { describe, expect, it } from 'vitest';
import type { Changes, TenantChange } from './index.ts';
import { describeChanges } from './print.ts';

const none: Changes = { inputs: [], tenants: [], notes: [], looked: 0 };
const tenant = (name: string, more: Partial<TenantChange> = {}): TenantChange => ({
  namespace: 'ns',
  name,
  uid: name,
  template: 'app',
  action: 'change',
  cause: '',
  objects: [
    {
      id: 'web',
      kind: 'Ingress',
      namespace: 'ns',
      name,
      action: 'change',
      fields: [{ path: `spec.rules[${name}.example.com].x`, before: 1, after: 2 }],
    },
  ],
  ...more,
});

describe('describeChanges', () => {
  it.each<[Changes, string, string]>([
    [none, 'No changes.\n', 'nothing was looked at'],
    [{ ...none, looked: 1 }, 'No changes: 1 Tenant is as it should be.\n', 'one'],
    [
      { ...none, looked: 3, notes: ['x'] },
      'note: x\n\nNo changes: 3 Tenants are as they should be.\n',
      'with a note',
    ],
    [
      { ...none, tenants: ['a', 'b', 'c'].map((name) => tenant(name)) },
      `~ Tenant ns/a
    ~ Ingress ns/a  (item web)
        ~ spec.rules[a.example.com].x: 1 -> 2
  and the same of 2 others: b, c

Plan: 0 Tenants to add, 3 to change, 0 to remove; 0 objects to add, 3 to change, 0 to remove.
`,
      'tenants that change in the same way are told once, whatever their hosts',
    ],
    [
      {
        ...none,
        tenants: [
          tenant('a', {
            action: 'remove',
            cause: 'its row is gone',
            objects: [
              { id: 'db', kind: 'Secret', name: 's', action: 'release' },
              { id: 'web', kind: 'Thing', name: '', action: 'unknown', message: 'why' },
            ],
          }),
        ],
      },
      `- Tenant ns/a  (its row is gone)
    - Secret s  (item db)  stays, and belongs to nobody
    ? Thing  (item web)  not known: why

Plan: 0 Tenants to add, 0 to change, 1 to remove; 0 objects to add, 0 to change, 0 to remove; 1 to leave behind.
`,
      'what stays and what is not known',
    ],
  ])('%#: %2$s', (changes, text) => {
    expect(describeChanges(changes)).toBe(text);
  });

  it('tells every tenant in full when asked', () => {
    const text = describeChanges({ ...none, tenants: [tenant('a'), tenant('b')] }, true);
    expect(text).toContain('~ Tenant ns/b\n    ~ Ingress ns/b');
  });
});
