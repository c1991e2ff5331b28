import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, type AuditFilter, readAuditLog } from '../../rig/access/audit.ts';
import { assertNoRefusals, unexpectedRefusals } from '../../rig/support/forbidden.ts';

const operator = 'system:serviceaccount:tenant-operator-system:tenant-operator';
const externalDns = 'system:serviceaccount:kube-system:external-dns';

function event(verb: string, resource: string, code: number, username = operator): AuditEvent {
  return {
    verb,
    requestURI: `/api/v1/${resource}`,
    user: { username },
    stage: 'ResponseComplete',
    objectRef: { resource, namespace: 'default', name: 'a' },
    responseStatus: { code },
    requestReceivedTimestamp: '2026-01-01T00:00:00Z',
    stageTimestamp: '2026-01-01T00:00:00Z',
  };
}

const events = [
  event('list', 'services', 200),
  event('patch', 'services', 201),
  event('patch', 'tenants', 403),
  event('watch', 'nodes', 403, externalDns),
];

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tenant-operator-audit-'));
  file = join(dir, 'audit.log');
  writeFileSync(file, events.map((each) => `${JSON.stringify(each)}\n`).join(''));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the audit log', () => {
  it.each<{ reason: string; filter: AuditFilter; count: number }>([
    { reason: 'all', filter: {}, count: 4 },
    { reason: 'of a user', filter: { user: operator }, count: 3 },
    { reason: 'of users', filter: { user: /external-dns$/ }, count: 1 },
    { reason: 'of a verb', filter: { verb: 'patch' }, count: 2 },
    { reason: 'of several verbs', filter: { verb: ['patch', 'list'] }, count: 3 },
    { reason: 'of a resource with a code', filter: { resource: 'services', code: 201 }, count: 1 },
    { reason: 'of another namespace', filter: { namespace: 'other' }, count: 0 },
  ])('gives what is asked for: $reason', ({ filter, count }) => {
    expect(readAuditLog(file, filter)).toHaveLength(count);
  });

  it('leaves a half-written line for the next time, and reads on from a mark', () => {
    const mark = statSync(file).size;
    const line = JSON.stringify(event('delete', 'services', 200));
    appendFileSync(file, line.slice(0, 40));
    expect(readAuditLog(file, { since: mark })).toEqual([]);
    appendFileSync(file, `${line.slice(40)}\n`);
    expect(readAuditLog(file, { since: mark }).map(({ verb }) => verb)).toEqual(['delete']);
  });

  it('is empty before there is one', () => {
    expect(readAuditLog(join(dir, 'absent'))).toEqual([]);
  });
});

describe('refusals', () => {
  const plane = { auditEvents: (filter?: AuditFilter) => readAuditLog(file, filter) };

  it('are told, save the one that every rig has', () => {
    expect(unexpectedRefusals(plane)).toEqual([`${operator}: patch tenants default a`]);
    expect(() => assertNoRefusals(plane)).toThrow(/patch tenants default a/);
  });

  it('are fine when they are expected', () => {
    assertNoRefusals(plane, [
      { user: operator, verb: 'patch', resource: 'tenants', reason: 'taken away by this test' },
    ]);
  });

  it('are counted when they repeat', () => {
    appendFileSync(file, `${JSON.stringify(event('patch', 'tenants', 403))}\n`);
    expect(unexpectedRefusals(plane)).toEqual([`${operator}: patch tenants default a (2 times)`]);
  });
});
