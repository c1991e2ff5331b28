import type { Condition, InventoryEntry, Tenant, TenantStatus } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { toTime } from './conditions.ts';
import type { ItemReport, ItemState } from './report.ts';
import { haltedStatus, tenantStatus } from './tenant.ts';
import { changedFields } from './write.ts';

const now = new Date('2024-02-02T02:02:02Z');

function tenant(status?: TenantStatus): Tenant {
  return {
    apiVersion: 'operator.kubernetes-tenants.org/v1',
    kind: 'Tenant',
    metadata: { name: 'a-web', namespace: 'ns', uid: 't1', generation: 4 },
    spec: { uid: 'a', registryId: 'r', templateRef: 'web', values: {}, suspend: false },
    ...(status ? { status } : {}),
  } as Tenant;
}

function entry(id: string, more: Partial<InventoryEntry> = {}): InventoryEntry {
  const wave = 0;
  return {
    id,
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'ns',
    name: id,
    uid: `${id}-uid`,
    wave,
    deletionPolicy: 'Delete',
    ...more,
  };
}

function report(id: string, state: ItemState, more: Partial<ItemReport> = {}): ItemReport {
  const reasons: Partial<Record<ItemState, string>> = {
    waiting: 'WaitingForReady',
    blocked: 'DependencyNotReady',
    failed: 'ApplyFailed',
    conflict: 'Conflict',
    skipped: 'DependencyFailed',
  };
  const reason = reasons[state] ?? '';
  return { id, state, reason, message: reason === '' ? '' : `${id} ${state}`, entry: entry(id), ...more };
}

function statusOf(
  reports: ItemReport[],
  more: Partial<Parameters<typeof tenantStatus>[0]> = {},
): TenantStatus {
  return tenantStatus({ tenant: tenant(), revision: 'rev', reports, leftovers: [], now, keep: [], ...more });
}

/** `+Ready:Reason` for True, `-Ready:Reason` for False. */
function conditions(status: TenantStatus): string {
  return (status.conditions ?? [])
    .map((c) => `${c.status === 'True' ? '+' : '-'}${c.type}:${c.reason}`)
    .join(' ');
}

const message = (status: TenantStatus, type: string) =>
  status.conditions?.find((c) => c.type === type)?.message;

const calm = '-Conflicted:NoConflicts -Degraded:Healthy';

describe('tenantStatus: conditions', () => {
  it.each<[ItemReport[], string, string]>([
    [[], `+Ready:Ready -Progressing:Complete ${calm}`, 'a template without items'],
    [[report('a', 'ready')], `+Ready:Ready -Progressing:Complete ${calm}`, 'all is ready'],
    [
      [report('a', 'absent')],
      `+Ready:Ready -Progressing:Complete ${calm}`,
      'what does not exist is not waited for',
    ],
    [
      [report('a', 'ready'), report('b', 'waiting')],
      `-Ready:WaitingForReady +Progressing:WaitingForReady ${calm}`,
      'one is not ready yet',
    ],
    [
      [report('a', 'waiting'), report('b', 'blocked')],
      `-Ready:WaitingForReady +Progressing:WaitingForReady ${calm}`,
      'what others wait for gives the reason',
    ],
    [
      [report('a', 'failed'), report('b', 'skipped')],
      '-Ready:ApplyFailed -Progressing:Stalled -Conflicted:NoConflicts +Degraded:ApplyFailed',
      'one failed, and its dependent is skipped',
    ],
    [
      [report('a', 'failed'), report('b', 'waiting')],
      '-Ready:ApplyFailed +Progressing:WaitingForReady -Conflicted:NoConflicts +Degraded:ApplyFailed',
      'the rest goes on',
    ],
    [
      [report('a', 'conflict'), report('b', 'ready')],
      '-Ready:Conflict -Progressing:Stalled +Conflicted:Conflict +Degraded:Conflict',
      'somebody else’s object is in the way',
    ],
    [
      [report('a', 'ready', { drifted: true })],
      '+Ready:Ready -Progressing:Complete -Conflicted:NoConflicts +Degraded:Drifted',
      'drift that is left does not make a tenant unready',
    ],
  ])('%# -> %s: %s', (reports, expected) => {
    expect(conditions(statusOf(reports))).toBe(expected);
  });

  it('names the first few and counts the rest', () => {
    const reports = ['a', 'b', 'c', 'd', 'e'].map((id) => report(id, 'waiting'));
    expect(message(statusOf(reports), 'Ready')).toBe(
      '0 of 5 resources ready; "a": a waiting; "b": b waiting; "c": c waiting; and 2 more',
    );
  });

  it.each([
    [[], '+Progressing:Deleting', 'removing ConfigMap "x"', 'leftovers go'],
    [
      ['no right'],
      '+Progressing:DeletionBlocked',
      'removing ConfigMap "x": no right',
      'what keeps one is said',
    ],
  ])('leftovers with failures %j -> %s', (leftoverFailures, expected, text) => {
    const status = statusOf([report('a', 'ready')], { leftovers: [entry('x')], leftoverFailures });
    expect(conditions(status)).toContain(expected);
    expect(message(status, 'Progressing')).toBe(text);
    expect(conditions(status)).toContain(
      leftoverFailures.length > 0 ? '+Degraded:DeletionBlocked' : '-Degraded:Healthy',
    );
  });
});

describe('tenantStatus: counts and lists', () => {
  const reports = [
    report('d', 'ready'),
    report('a', 'waiting'),
    report('f', 'failed'),
    report('c', 'conflict', { entry: undefined }),
    report('s', 'skipped', { entry: entry('s', { uid: undefined } as unknown as Partial<InventoryEntry>) }),
    report('b', 'blocked', { entry: undefined }),
    report('x', 'absent', { entry: undefined }),
  ];

  it('counts what there is', () => {
    expect(statusOf(reports)).toMatchObject({
      observedGeneration: 4,
      desiredResources: 6,
      readyResources: 1,
      failedResources: 2,
      skippedResources: 1,
      skippedResourceIds: ['s'],
    });
  });

  it('lists what exists, sorted; what was only announced is in the inventory alone', () => {
    const status = statusOf(reports);
    expect(status.appliedResources).toEqual(['ConfigMap/ns/a@a', 'ConfigMap/ns/d@d', 'ConfigMap/ns/f@f']);
    expect(status.inventory?.map(({ id }) => id)).toEqual(['d', 'a', 'f', 's']);
  });

  it('leaves the namespace of a cluster-scoped object empty', () => {
    const { namespace: _, ...cluster } = entry('n', { kind: 'Namespace' });
    expect(statusOf([report('n', 'ready', { entry: cluster })]).appliedResources).toEqual(['Namespace//n@n']);
  });

  it('keeps the inventory in apply order, leftovers among it', () => {
    const status = statusOf(
      [report('b', 'ready', { entry: entry('b', { wave: 1 }) }), report('a', 'ready')],
      {
        leftovers: [entry('old', { wave: 2 }), entry('older', { wave: 0 })],
      },
    );
    expect(status.inventory?.map(({ id }) => id)).toEqual(['older', 'a', 'b', 'old']);
  });

  it('an object that is wanted again is no leftover', () => {
    const status = statusOf([report('a', 'ready', { entry: entry('a', { renderedDigest: 'new' }) })], {
      leftovers: [entry('a')],
    });
    expect(status.inventory).toEqual([entry('a', { renderedDigest: 'new' })]);
  });

  it('says the same of the same: nothing is written', () => {
    const first = statusOf(reports);
    const second = statusOf(reports, { tenant: tenant(first), now: new Date(now.getTime() + 60_000) });
    expect(changedFields(first, second)).toBeUndefined();
  });
});

describe('haltedStatus', () => {
  const previous = statusOf([report('a', 'ready')]);
  const halted = (reason: string) =>
    haltedStatus(tenant(previous), { type: 'Ready', status: 'False', reason, message: 'm' }, now, []);

  it.each([
    ['RenderFailed', '-Progressing:Stalled -Conflicted:NoConflicts +Degraded:RenderFailed', 'trouble'],
    ['Suspended', '-Progressing:Stalled -Conflicted:NoConflicts -Degraded:Healthy', 'somebody wants it so'],
    [
      'Deleting',
      '+Progressing:Deleting -Conflicted:NoConflicts -Degraded:Healthy',
      'an orderly end is no trouble',
    ],
    [
      'DeletionBlocked',
      '+Progressing:DeletionBlocked -Conflicted:NoConflicts +Degraded:DeletionBlocked',
      'no orderly end',
    ],
  ])('%s -> %s: %s', (reason, expected) => {
    expect(conditions(halted(reason))).toBe(`-Ready:${reason} ${expected}`);
  });

  it.each([
    ['v2', { templateRevision: 'v2', brokenBeforeRevision: false }, 'it counts as moved'],
    [undefined, { templateRevision: 'v1' }, 'it did not come so far'],
  ])('with the revision %s -> %j: %s', (revision, expected, _reason) => {
    const ready = { type: 'Ready', status: 'False', reason: 'RenderFailed', message: 'm' } as const;
    const before = tenant({ ...previous, templateRevision: 'v1' });
    expect(haltedStatus(before, ready, now, [], revision)).toMatchObject(expected);
  });

  it.each<[before: Partial<TenantStatus>, expected: boolean, reason: string]>([
    [{ conditions: [isReady('True')] }, false, 'it was ready'],
    [{ conditions: [isReady('False')] }, true, 'it never was, on its first revision'],
    [{ conditions: [isReady('False')], brokenBeforeRevision: true }, true, 'it never was since long'],
    [
      { conditions: [isReady('False', 60)], brokenBeforeRevision: false },
      false,
      'it is on its way to the revision before: two quick edits',
    ],
    [
      { conditions: [isReady('False', 600)], brokenBeforeRevision: false },
      true,
      'it stopped being ready a while ago',
    ],
    [
      { conditions: [isReady('False', 60), isDegraded], brokenBeforeRevision: false },
      true,
      'it failed on the revision before',
    ],
  ])('%j -> broken before its revision %s: %s', (before, expected, _reason) => {
    const ready = { type: 'Ready', status: 'False', reason: 'RenderFailed', message: 'm' } as const;
    const given = tenant({ ...previous, templateRevision: 'v1', ...before });
    expect(haltedStatus(given, ready, now, [], 'v2').brokenBeforeRevision).toBe(expected);
  });

  it('keeps counts and inventory', () => {
    expect(halted('RenderFailed')).toMatchObject({ readyResources: 1, inventory: previous.inventory });
  });
});

const isDegraded: Condition = { ...isReady('True'), type: 'Degraded' };

function isReady(status: 'True' | 'False', seconds = 0): Condition {
  const lastTransitionTime = toTime(new Date(now.getTime() - seconds * 1_000));
  return { type: 'Ready', status, reason: 'r', message: '', lastTransitionTime };
}

describe('tenantStatus: DNS', () => {
  const records = [
    {
      name: 'a.example.com',
      type: 'A',
      resource: 'ingress/ns/a',
      state: 'Published',
      expected: ['192.0.2.1'],
      since: '2024-01-01T00:00:00Z',
    },
  ];
  const condition = { type: 'DNSReady', status: 'True', reason: 'Published', message: 'all there' } as const;
  const waiting = 'the record is missing';

  it.each<[reason: string, reports: ItemReport[], waiting: string | undefined, expected: string]>([
    ['nothing waits for it', [report('a', 'ready')], undefined, '+Ready:Ready -Progressing:Complete'],
    ['it is waited for', [report('a', 'ready')], waiting, '-Ready:WaitingForDNS +Progressing:WaitingForDNS'],
    [
      'objects are named before their records',
      [report('a', 'waiting')],
      waiting,
      '-Ready:WaitingForReady +Progressing:WaitingForReady',
    ],
    [
      'what failed is named first',
      [report('a', 'failed')],
      waiting,
      '-Ready:ApplyFailed -Progressing:Stalled',
    ],
  ])('%s', (_, reports, text, expected) => {
    const status = statusOf(reports, { dns: { condition, records, waiting: text } });
    expect(conditions(status)).toContain(expected);
    expect(conditions(status)).toContain('+DNSReady:Published');
    expect(status.dns).toEqual(records);
  });

  it('drops the records when there are none, and leaves them alone when nobody speaks of them', () => {
    const stored = tenant({ observedGeneration: 4, dns: records, conditions: [] });
    const none = statusOf([], { tenant: stored, dns: { condition, records: undefined, waiting: undefined } });
    expect(none).not.toHaveProperty('dns');
    expect(statusOf([], { tenant: stored }).dns).toEqual(records);
  });
});
