import { describe, expect, it } from 'vitest';
import type { ExpectedRecord } from '../expected/index.ts';
import { createSettings, type ExternalDnsSettings } from '../settings/index.ts';
import {
  A,
  FOREIGN_TXT,
  judge,
  OLD_A,
  OTHER_TXT,
  OURS,
  record,
  TIMEOUT,
  TXT,
  WILDCARD,
  WILDCARD_TXT,
  type World,
} from '../testing/world.ts';

type Row = [
  reason: string,
  state: string,
  verdict: string,
  world: World,
  of?: ExpectedRecord,
  settings?: ExternalDnsSettings,
];

describe('a removed record is', () => {
  const upsert = createSettings({ ownerId: 'me', policy: 'upsert-only' });
  const rows: [...Row, isOverdue?: boolean][] = [
    ['gone when no server has it or its TXT', 'gone', 'RecordGone', { zone: [] }],
    ['gone when a wildcard answers in its place', 'gone', 'RecordGone', { zone: [WILDCARD, WILDCARD_TXT] }],
    ['gone when the name belongs to another object now', 'gone', 'RecordGone', { zone: [A, OTHER_TXT] }],
    [
      'gone when it was outside of the domain filter',
      'gone',
      'RecordGone',
      { zone: [A] },
      record(),
      createSettings({ domainFilters: ['example.org'] }),
    ],
    ['still there', 'remains', 'RecordRemains', { zone: [A, TXT] }],
    ['still there while its TXT is', 'remains', 'RecordRemains', { zone: [TXT] }],
    ['still there when its targets have changed', 'remains', 'RecordRemains', { zone: [OLD_A, TXT] }],
    [
      'still there beside a wildcard with the same address',
      'remains',
      'RecordRemains',
      { zone: [A, TXT, WILDCARD] },
    ],
    ['still there on one server', 'remains', 'SecondaryLag', { zone: [], second: [A, TXT] }],
    [
      'left at once by a policy that never deletes',
      'left',
      'UpsertOnlyPolicy',
      { zone: [A, TXT] },
      record(),
      upsert,
    ],
    [
      'gone under such a policy when somebody deleted it',
      'gone',
      'RecordGone',
      { zone: [] },
      record(),
      upsert,
    ],
    ['left when the time is over', 'left', 'ExternalDNSNotSyncing', { zone: [A, TXT] }, record(), OURS, true],
    ['given time when another owner has it', 'remains', 'OwnerMismatch', { zone: [A, FOREIGN_TXT] }],
    [
      'left to another owner when the time is over',
      'left',
      'OwnerMismatch',
      { zone: [A, FOREIGN_TXT] },
      record(),
      OURS,
      true,
    ],
    ['given time when nobody owns it', 'remains', 'OwnerMissing', { zone: [A] }],
    [
      'left when nobody owns it and the time is over',
      'left',
      'OwnerMissing',
      { zone: [A] },
      record(),
      OURS,
      true,
    ],
    [
      'not proven gone while one server is silent',
      'unknown',
      'NameServerUnreachable',
      { zone: [], second: TIMEOUT },
    ],
    ['not proven gone when no server answers', 'unknown', 'NameServerUnreachable', { zone: TIMEOUT }],
    [
      'not proven gone without a zone',
      'unknown',
      'ZoneNotFound',
      { zone: [] },
      record({ name: 'app.example.org' }),
    ],
    [
      'still there when the owner id is not known',
      'remains',
      'RecordRemains',
      { zone: [A, FOREIGN_TXT] },
      record(),
      createSettings({}),
    ],
  ];
  it.each(rows)('%s', async (_, state, reason, world, of = record(), settings = OURS, isOverdue = false) => {
    const verdict = await judge('removal', of, world, settings, isOverdue);
    expect([verdict.state, verdict.reason]).toEqual([state, reason]);
    expect(verdict.message).not.toMatch(/\n|undefined|\[object/);
  });
});
