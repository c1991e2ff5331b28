import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../expected/index.ts';
import { ownershipCandidates, ownershipNames, ownershipText, parseOwnership } from './index.ts';

const record = (name: string, type: Endpoint['type'] = 'A', alias = false) => ({
  name,
  type,
  properties: alias ? [{ name: 'alias', value: 'true' }] : [],
});
const affixes = (txtPrefix = '', txtSuffix = '', txtWildcardReplacement = '') => ({
  txtPrefix,
  txtSuffix,
  txtWildcardReplacement,
});
const LONG = `${'x'.repeat(62)}.example.com`;

describe('ownershipNames', () => {
  const cases: [
    reason: string,
    of: ReturnType<typeof record>,
    settings: ReturnType<typeof affixes>,
    names: string[],
  ][] = [
    ['old and new format', record('app.example.com'), affixes(), ['app.example.com', 'a-app.example.com']],
    [
      'the type in lower case',
      record('app.example.com', 'CNAME'),
      affixes(),
      ['app.example.com', 'cname-app.example.com'],
    ],
    ['AAAA has no old format', record('app.example.com', 'AAAA'), affixes(), ['aaaa-app.example.com']],
    [
      'an alias counts as CNAME',
      record('app.example.com', 'A', true),
      affixes(),
      ['app.example.com', 'cname-app.example.com'],
    ],
    [
      'a prefix stands before the type',
      record('app.example.com'),
      affixes('external-dns-'),
      ['external-dns-app.example.com', 'external-dns-a-app.example.com'],
    ],
    [
      'a prefix may hold dots',
      record('app.example.com'),
      affixes('txt.'),
      ['txt.app.example.com', 'txt.a-app.example.com'],
    ],
    [
      'a suffix follows the first label',
      record('app.example.com'),
      affixes('', '-txt'),
      ['app-txt.example.com', 'a-app-txt.example.com'],
    ],
    [
      'the prefix says where the type goes, and ends the old format',
      record('app.example.com'),
      affixes('%{record_type}-own-'),
      ['a-own-app.example.com'],
    ],
    [
      'so does the suffix',
      record('app.example.com', 'CNAME'),
      affixes('', '-%{record_type}-own'),
      ['app-cname-own.example.com'],
    ],
    [
      'affixes are put in lower case',
      record('app.example.com'),
      affixes('TXT-'),
      ['txt-app.example.com', 'txt-a-app.example.com'],
    ],
    ['a wildcard stays', record('*.example.com'), affixes(), ['*.example.com', 'a-*.example.com']],
    [
      'or is replaced',
      record('*.example.com'),
      affixes('', '', 'any'),
      ['any.example.com', 'a-any.example.com'],
    ],
    ['a top-level name', record('localhost'), affixes('x-'), ['x-localhost', 'x-a-localhost']],
    ['a label that grows too long is not written', record(LONG), affixes(), [LONG]],
    ['nor is the old one', record(LONG), affixes('txt-'), []],
  ];
  it.each(cases)('%s', (_, of, settings, names) => {
    expect(ownershipNames(of, settings)).toEqual(names);
  });
});

describe('ownershipCandidates', () => {
  it('looks for the new format first', () => {
    expect(ownershipCandidates(record('App.example.com'), affixes())).toEqual([
      'a-app.example.com',
      'app.example.com',
    ]);
  });
  it('looks for a CNAME that became an alias under both types', () => {
    expect(ownershipCandidates(record('app.example.com', 'CNAME'), affixes('p-'))).toEqual([
      'p-cname-app.example.com',
      'p-a-app.example.com',
      'p-app.example.com',
    ]);
  });
  it('still finds what was written before the prefix named the type', () => {
    expect(ownershipCandidates(record('app.example.com'), affixes('%{record_type}-'))).toEqual([
      'a-app.example.com',
      '-app.example.com',
    ]);
  });
});

describe('the ownership text', () => {
  it('names owner and object', () => {
    expect(ownershipText('cluster-1', { resource: 'ingress/shop/web', dualstack: false })).toBe(
      'heritage=external-dns,external-dns/owner=cluster-1,external-dns/resource=ingress/shop/web',
    );
  });
  it('carries the dualstack label', () => {
    expect(ownershipText('me', { resource: 'ingress/a/b', dualstack: true })).toBe(
      'heritage=external-dns,external-dns/dualstack=true,external-dns/owner=me,external-dns/resource=ingress/a/b',
    );
  });

  const cases: [reason: string, text: string, ownership: ReturnType<typeof parseOwnership>][] = [
    [
      'plain',
      'heritage=external-dns,external-dns/owner=me,external-dns/resource=service/a/b',
      { owner: 'me', resource: 'service/a/b' },
    ],
    ['in quotes', '"heritage=external-dns,external-dns/owner=me"', { owner: 'me', resource: undefined }],
    ['without an owner', 'heritage=external-dns', { owner: undefined, resource: undefined }],
    [
      'labels it does not know',
      'heritage=external-dns,external-dns/owner=me,external-dns/x=y,z',
      { owner: 'me', resource: undefined },
    ],
    ["another tool's heritage", 'heritage=mate,external-dns/owner=me', undefined],
    ['no heritage', 'external-dns/owner=me', undefined],
    ['something else', 'v=spf1 -all', undefined],
    [
      'an owner with an equals sign is not read, as in ExternalDNS',
      'heritage=external-dns,external-dns/owner=a=b',
      { owner: undefined, resource: undefined },
    ],
    ['empty', '', undefined],
  ];
  it.each(cases)('is read back: %s', (_, text, ownership) => {
    expect(parseOwnership(text)).toEqual(ownership);
  });
});
