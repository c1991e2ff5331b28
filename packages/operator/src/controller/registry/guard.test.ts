import { ANNOTATIONS, type TenantRegistry } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { digestNames } from '../../plan/index.ts';
import { approvedNames } from './guard.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `t${index}-web`);
const stored = 1_000;

/** A registry that holds these names, of which the status lists the first thousand. */
function registryHolding(held: readonly string[], approval: string | undefined): TenantRegistry {
  const tenants = [...held].sort().slice(0, stored);
  return {
    metadata: {
      name: 'reg',
      namespace: 'ns',
      annotations: approval === undefined ? {} : { [ANNOTATIONS.approveDeletions]: approval },
    },
    status: { heldDeletions: { digest: digestNames(held), count: held.length, tenants, since: '' } },
  } as unknown as TenantRegistry;
}

describe('approvedNames', () => {
  const few = names(3);
  const many = names(2_500);
  it.each([
    { reason: 'no approval', held: few, approval: undefined, removals: few, approved: 0 },
    {
      reason: 'the digest of another list',
      held: few,
      approval: digestNames(['x']),
      removals: few,
      approved: 0,
    },
    {
      reason: 'a list that is stored whole',
      held: few,
      approval: digestNames(few),
      removals: few,
      approved: 3,
    },
    {
      reason: 'what has come since is not approved',
      held: few,
      approval: digestNames(few),
      removals: [...few, 'new'],
      approved: 3,
    },
    {
      reason: 'a list too long to be stored is approved whole',
      held: many,
      approval: digestNames(many),
      removals: many,
      approved: 2_500,
    },
    {
      reason: 'of a long list that has changed, what people could read',
      held: many,
      approval: digestNames(many),
      removals: [...many, 'new'],
      approved: stored,
    },
  ])('$reason', ({ held, approval, removals, approved }) => {
    const found = approvedNames(
      registryHolding(held, approval),
      removals.map((name) => ({ name })),
    );
    expect(found.size).toBe(approved);
    expect(found.has('new')).toBe(false);
  });
});
