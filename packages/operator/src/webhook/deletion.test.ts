import { describe, expect, it } from 'vitest';
import { digestNames } from '../plan/index.ts';
import { registryOf } from '../testing/registry.ts';
import { checkDeletion, type Deletion } from './deletion.ts';

const names = (count: number, prefix = 'tenant') =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(2, '0')}`);
const now = Date.UTC(2026, 0, 1);
const approve = (digest: string) => ({ annotations: { 'kubernetes-tenants.org/approve-deletions': digest } });
const held = (tenants: readonly string[]) => ({
  heldDeletions: {
    digest: digestNames(tenants),
    count: tenants.length,
    tenants,
    since: '2026-01-01T00:00:00Z',
  },
});

const deletion = (more: Partial<Deletion> = {}): Deletion => {
  const tenants = more.tenants ?? names(12);
  const existing = more.existing ?? new Set(tenants);
  return {
    kind: 'TenantRegistry',
    name: 'reg',
    namespace: 'ns',
    registry: registryOf(),
    now,
    ...more,
    tenants,
    existing,
  };
};

describe('a deletion', () => {
  it.each([
    [deletion({ tenants: [] }), 'allowed', 'nothing would go'],
    [deletion({ tenants: names(10) }), 'allowed', 'ten may go'],
    [deletion({ tenants: names(11) }), 'refused', 'more than ten of so many'],
    [deletion({ tenants: names(12), existing: new Set(names(100)) }), 'allowed', 'less than a quarter'],
    [deletion({ tenants: names(30), existing: new Set(names(100)) }), 'refused', 'more than a quarter'],
    [deletion({ registry: registryOf({ deletionGuard: { maxDeletions: 12 } }) }), 'allowed', 'its own limit'],
    [deletion({ registry: undefined }), 'allowed', 'no registry that would delete them'],
    [deletion({ registry: registryOf({}, approve(digestNames(names(12)))) }), 'allowed', 'approved'],
    [
      deletion({ registry: registryOf({}, approve(digestNames(names(11)))) }),
      'refused',
      'others were approved',
    ],
    [
      deletion({ registry: registryOf({}, approve(digestNames(names(20))), held(names(20))) }),
      'allowed',
      'all are on the approved list',
    ],
    [
      deletion({ registry: registryOf({}, approve('0123456789abcdef'), held(names(20))) }),
      'refused',
      'another list was approved',
    ],
    [
      deletion({
        tenants: names(40),
        registry: registryOf({}, approve(digestNames(names(20))), held(names(20))),
      }),
      'refused',
      'half of them were approved: a deletion goes as a whole',
    ],
  ])('(%#) is %s: %s', (input, expected) => {
    expect(checkDeletion(input).kind).toBe(expected);
  });

  it('counts what went in the last ten minutes', () => {
    const gone = (minutes: number) => ({
      recentDeletions: [
        { time: new Date(now - minutes * 60_000).toISOString(), count: 8, tenants: names(8, 'gone') },
      ],
    });
    const of = (minutes: number) =>
      deletion({ tenants: names(5), registry: registryOf({}, {}, gone(minutes)) });
    expect(checkDeletion(of(9)).kind).toBe('refused');
    expect(checkDeletion(of(11)).kind).toBe('allowed');
  });

  it('that is refused says what to type', () => {
    const verdict = checkDeletion(deletion({ kind: 'TenantTemplate', name: 'web' }));
    expect(verdict).toMatchObject({ kind: 'refused', status: 403, reason: 'Forbidden' });
    expect(verdict.kind === 'refused' && verdict.message).toBe(
      '12 of 12 Tenants would be deleted, more than 10 and 25 %: nothing is deleted until it is approved: ' +
        'tenant-00, tenant-01, tenant-02, tenant-03, tenant-04 and 7 more. To delete TenantTemplate "web" with them, ' +
        'approve them and delete it again: kubectl annotate tenantregistries reg -n ns --overwrite ' +
        `kubernetes-tenants.org/approve-deletions=${digestNames(names(12))}`,
    );
  });
});
