import type { Tenant, TenantTemplate } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { turnOf } from './views.ts';

const tenant = (templateRevision?: string) => ({ status: { templateRevision } }) as unknown as Tenant;
const template = (phase: string, message = '') =>
  ({
    status: { currentRevision: 'web-2', rollout: { phase, message, updatedTenants: 3, totalTenants: 9 } },
  }) as unknown as TenantTemplate;

describe('turnOf', () => {
  it.each<[Tenant, TenantTemplate | undefined, string, string]>([
    [tenant('web-2'), template('InProgress'), '', 'it has the newest revision'],
    [tenant(), template('InProgress'), '', 'it is new, and starts with the newest'],
    [tenant('web-1'), undefined, '', 'there is no template'],
    [tenant('web-1'), template('Complete'), '', 'between two looks'],
    [
      tenant('web-1'),
      template('InProgress', 'maxSkew is 3'),
      'On revision web-1 until its turn comes; 3 of 9 tenants have web-2: maxSkew is 3',
      'it waits',
    ],
    [
      tenant('web-1'),
      template('Failed'),
      'The rollout has halted before this tenant, which stays on web-1; 3 of 9 tenants have web-2',
      'it halted',
    ],
  ])('%#: %3$s', (one, of, expected) => {
    expect(turnOf(one, of)).toBe(expected);
  });
});
