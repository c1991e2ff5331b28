import { API_VERSION, type TemplateStatus, type Tenant, type TenantTemplate } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { templateOf } from '../../testing/template.ts';
import { revisionName } from './revisions.ts';
import { createRollouts, namedAnew } from './rollouts.ts';

const item = { id: 'config', spec: { apiVersion: 'v1', kind: 'ConfigMap', data: { rev: '1' } } };

function limited(maxSkew: number, status: (revision: string) => TemplateStatus = () => ({})): TenantTemplate {
  const template = withRollout({ maxSkew });
  return { ...template, status: status(revisionName(template)) };
}

function withRollout(rollout: Partial<TenantTemplate['spec']['rollout']>): TenantTemplate {
  const template = templateOf({ configMaps: [item] });
  return { ...template, spec: { ...template.spec, rollout: { ...template.spec.rollout, ...rollout } } };
}

function tenant(name: string): Tenant {
  return {
    apiVersion: API_VERSION,
    kind: 'Tenant',
    metadata: { name, namespace: 'ns' },
    spec: { uid: name, registryId: 'reg', templateRef: 'web', values: {}, suspend: false },
    status: { templateRevision: 'older' },
  } as unknown as Tenant;
}

const tenants = ['a', 'b', 'c', 'd'].map(tenant);
const moving = (...names: string[]) => ({ phase: 'InProgress' as const, movingTenants: names });

describe('createRollouts where processes share the tenants', () => {
  it.each([
    {
      status: (revision: string) => ({ currentRevision: revision, rollout: moving('a') }),
      may: ['a'],
      reason: 'whoever the status names may move',
    },
    {
      status: () => ({ currentRevision: 'older', rollout: moving('a') }),
      may: [],
      reason: 'a status that speaks of an older revision lets nobody go',
    },
    { status: () => ({}), may: [], reason: 'nobody before the leader has decided' },
  ])('$may: $reason', ({ status, may }) => {
    const template = limited(1, status);
    const rollouts = createRollouts(true);
    expect(tenants.filter((one) => rollouts.mayMove(template, one)).map((one) => one.metadata.name)).toEqual(
      may,
    );
  });

  it('a new leader goes on from what the one before it let go', () => {
    const template = limited(2, (revision) => ({ currentRevision: revision, rollout: moving('c') }));
    const { decision, freed } = createRollouts(true).decide(template, undefined, tenants, 0);
    expect([...decision.allowed].sort()).toEqual(['ns/a', 'ns/c']);
    expect(freed).toEqual(['ns/a']);
  });

  it('decides in memory where one process has them all', () => {
    const template = limited(2, (revision) => ({ currentRevision: revision, rollout: moving('c') }));
    const rollouts = createRollouts();
    expect([...rollouts.decide(template, undefined, tenants, 0).decision.allowed]).toEqual(['ns/a', 'ns/b']);
    expect(tenants.filter((one) => rollouts.mayMove(template, one)).length).toBe(2);
  });

  it('goes in steps that a status can hold, also with a canary and no limit', () => {
    const many = Array.from({ length: 300 }, (_, i) => tenant(`t${i}`));
    const template = withRollout({ canary: { percent: 100 } });
    expect(createRollouts(true).decide(template, undefined, many, 0).decision.allowed.size).toBe(250);
    expect(createRollouts().decide(template, undefined, many, 0).decision.allowed.size).toBe(300);
  });
});

describe('namedAnew', () => {
  const named = (...names: string[]) => limited(1, () => ({ rollout: moving(...names) }));
  it.each([
    { before: undefined, now: named('a'), found: ['ns/a'], reason: 'seen for the first time' },
    { before: named('a'), now: named('a', 'b'), found: ['ns/b'], reason: 'those that came' },
    { before: named('a'), now: named(), found: [], reason: 'it went' },
    { before: named('a'), now: undefined, found: [], reason: 'the template is gone' },
  ])('$found: $reason', ({ before, now, found }) => expect(namedAnew(now, before)).toEqual(found));
});
