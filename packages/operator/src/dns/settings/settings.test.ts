import { describe, expect, it } from 'vitest';
import { createSettings, isInDomainFilter } from './index.ts';

describe('isInDomainFilter', () => {
  const cases: [name: string, filters: string[], excluded: string[], isIn: boolean, reason: string][] = [
    ['app.example.com', [], [], true, 'no filter lets everything pass'],
    ['app.example.com', ['example.com'], [], true, 'below'],
    ['example.com', ['example.com'], [], true, 'the domain itself'],
    ['example.com', ['.example.com'], [], false, 'a dot in front means below only'],
    ['app.example.com', ['.example.com'], [], true, 'which this is'],
    ['notexample.com', ['example.com'], [], false, 'whole labels only'],
    ['App.Example.com.', ['EXAMPLE.com. '], [], true, 'case, final dots and blanks do not matter'],
    ['app.example.org', ['example.com', 'example.org'], [], true, 'one of several is enough'],
    ['app.example.com', [''], [], true, 'an empty filter is none'],
    ['app.dev.example.com', ['example.com'], ['dev.example.com'], false, 'an exclusion wins'],
    ['app.example.com', [], ['dev.example.com'], true, 'and excludes nothing else'],
  ];
  it.each(cases)('%s in %j without %j: %s, %s', (name, domainFilters, excludeDomains, isIn) => {
    expect(isInDomainFilter(name, { domainFilters, excludeDomains })).toBe(isIn);
  });
});

it('leaves unknown what nobody said, and completes the prefix', () => {
  expect(createSettings({ annotationPrefix: 'dns.example.com', ownerId: undefined })).toMatchObject({
    annotationPrefix: 'dns.example.com/',
    managedRecordTypes: ['A', 'AAAA', 'CNAME'],
  });
  expect(createSettings()).not.toHaveProperty('ownerId');
});
