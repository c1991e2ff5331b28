import { describe, expect, it } from 'vitest';
import { digestName } from './names.ts';
import type { ReadRows, RowProblem } from './rows.ts';
import { type ExistingTenant, type PlanTemplate, planTenants } from './tenants.ts';

const web: PlanTemplate = { name: 'web', isValid: true };
const api: PlanTemplate = { name: 'api', isValid: true };
const values = { activate: '1', plan: 'gold' };

function rows(
  given: { active?: string[]; inactive?: string[]; problems?: Partial<RowProblem>[] } = {},
): ReadRows {
  return {
    total: 0,
    active: (given.active ?? []).map((uid) => ({ uid, values, secrets: {} })),
    inactive: new Set(given.inactive ?? []),
    problems: (given.problems ?? []).map((problem) => ({
      uid: '',
      reason: 'NullUid',
      message: '',
      values: {},
      ...problem,
    })),
  };
}

function tenant(uid: string, overrides: Partial<ExistingTenant> = {}): ExistingTenant {
  return {
    name: `${uid}-web`,
    uid,
    templateRef: 'web',
    values,
    deleting: false,
    isMarked: true,
    isSuspended: false,
    ...overrides,
  };
}

const names = (tenants: readonly { name: string }[]) => tenants.map(({ name }) => name);

/** What is to be done, in short: `+` create, `~` update, `-` remove, `?` pending. */
function plan(given: ReadRows, templates: PlanTemplate[], existing: ExistingTenant[]): string {
  const result = planTenants(given, templates, existing);
  return [
    ...result.create.map((t) => `+${t.name}`),
    ...result.update.map((t) => `~${t.name}`),
    ...result.remove.map((t) => `-${t.name}:${t.cause}`),
    ...result.pending.map((t) => `?${t.name}`),
  ].join(' ');
}

describe('planTenants', () => {
  it.each<[string, ReadRows, PlanTemplate[], ExistingTenant[], string]>([
    ['', rows(), [], [], 'nothing at all'],
    ['+a-web', rows({ active: ['a'] }), [web], [], 'a new row'],
    ['+a-web +a-api', rows({ active: ['a'] }), [web, api], [], 'one Tenant for each template'],
    ['+a-web +b-web', rows({ active: ['b', 'a'] }), [web], [], "the order does not depend on the table's"],
    ['', rows({ active: ['a'] }), [web], [tenant('a')], 'all as it should be'],
    [
      '~a-web',
      rows({ active: ['a'] }),
      [web],
      [tenant('a', { isMarked: false })],
      'somebody took its finalizer off',
    ],
    [
      '~a-web',
      rows({ active: ['a'] }),
      [web],
      [tenant('a', { values: { activate: '1' } })],
      'a new variable',
    ],
    ['~a-web', rows({ active: ['a'] }), [web], [tenant('a', { values: { ...values, x: '' } })], 'one less'],
    [
      '~a-web',
      rows({ active: ['a'] }),
      [web],
      [tenant('a', { values: { ...values, plan: 'x' } })],
      'a new value',
    ],
    ['-a-web:Deactivated', rows({ inactive: ['a'] }), [web], [tenant('a')], 'switched off'],
    ['-a-web:RowMissing', rows({ active: [] }), [web], [tenant('a')], 'the row is gone'],
    ['-a-web:TemplateMissing', rows({ active: ['a'] }), [], [tenant('a')], 'the template is gone'],
    ['', rows({ inactive: ['a'] }), [web], [tenant('a', { deleting: true })], 'it is going already'],
    ['', rows({ inactive: ['a'] }), [web], [tenant('a', { isSuspended: true })], 'it is suspended'],
    ['', rows({}), [web], [tenant('a', { isSuspended: true })], 'it is suspended, and its row is gone'],
    [
      '?a-web',
      rows({ active: ['a'] }),
      [web],
      [tenant('a', { deleting: true })],
      'back before the old one is gone',
    ],
    ['', rows({ active: ['a'] }), [{ ...web, isValid: false }], [], 'an invalid template gets no new Tenant'],
    ['', rows({ active: ['a'] }), [{ ...web, isValid: false }], [tenant('a')], 'and keeps those that it has'],
    [
      '-a-web:Deactivated',
      rows({ inactive: ['a'] }),
      [{ ...web, isValid: false }],
      [tenant('a')],
      'whose rows can still be switched off',
    ],
    [
      '',
      rows({ problems: [{ uid: 'a', reason: 'DuplicateUid' }] }),
      [web],
      [tenant('a')],
      'a duplicate keeps running',
    ],
    [
      '',
      rows({ problems: [{ uid: 'a', reason: 'UnknownActivate', values: { activate: '?' } }] }),
      [web],
      [tenant('a')],
      'an activate that says neither yes nor no keeps running',
    ],
    [
      '',
      rows({ problems: [{ reason: 'NullUid', values }] }),
      [web],
      [tenant('a')],
      'a row that lost its uid',
    ],
    [
      '',
      rows({ problems: [{ uid: 'A', reason: 'InvalidUid', values }] }),
      [web],
      [tenant('a')],
      'a row whose uid was spoiled',
    ],
    [
      '-a-web:RowMissing',
      rows({ problems: [{ reason: 'NullUid', values: { activate: '1', plan: 'other' } }] }),
      [web],
      [tenant('a')],
      'a spoiled row of somebody else protects nobody',
    ],
    [
      '-a-web:RowMissing',
      rows({ problems: [{ uid: 'b', reason: 'DuplicateUid', values }] }),
      [web],
      [tenant('a')],
      'a duplicate with another uid protects nobody',
    ],
  ])('%j: %#', (expected, given, templates, existing, reason) => {
    expect(plan(given, templates, existing), reason).toBe(expected);
  });

  it('counts what there shall be, also what cannot be made yet', () => {
    const given = rows({ active: ['a', 'b'], inactive: ['c'], problems: [{}] });
    const result = planTenants(given, [web, { ...api, isValid: false }], [tenant('b', { deleting: true })]);
    expect(result.desired).toBe(4);
    expect(result.quarantined).toHaveLength(1);
  });

  it('gives a name once: the second pair of one plain name gets a digest, and keeps it', () => {
    const templates = [
      { name: 'c', isValid: true },
      { name: 'b-c', isValid: true },
    ];
    const given = rows({ active: ['a', 'a-b'] });
    const created = planTenants(given, templates, []).create;
    expect(names(created)).toEqual(['a-c', 'a-b-c', digestName('a-b', 'c'), 'a-b-b-c']);
    const existing = created.map((t) => ({ ...t, deleting: false, isMarked: true, isSuspended: false }));
    expect(plan(given, templates, existing)).toBe('');
    expect(plan(rows({ active: ['a-b'] }), templates, existing)).toBe('-a-c:RowMissing -a-b-c:RowMissing');
  });

  it('leaves a name to the Tenant of another registry that has it', () => {
    const created = planTenants(rows({ active: ['a'] }), [web], [], (name) => name === 'a-web').create;
    expect(names(created)).toEqual([digestName('a', 'web')]);
  });

  it('gives a name that is too long a digest from the start', () => {
    const uid = 'a'.repeat(80);
    expect(names(planTenants(rows({ active: [uid] }), [web], []).create)).toEqual([digestName(uid, 'web')]);
  });
});
