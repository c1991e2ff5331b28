import { describe, expect, it } from 'vitest';
import { digestName, labelValue, plainName } from './names.ts';

const label = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

describe('names of Tenants', () => {
  it.each([
    ['alpha', 'web', 'alpha-web', 'the plain name'],
    ['a'.repeat(59), 'web', `${'a'.repeat(59)}-web`, 'exactly 63 characters'],
    ['a'.repeat(60), 'web', undefined, 'one more than fits'],
  ])('plainName(%s, %s) -> %s: %s', (uid, template, expected, _reason) => {
    expect(plainName(uid, template)).toBe(expected);
  });

  it.each([
    ['a'.repeat(200), 'web', 'a long uid'],
    ['a', 'b'.repeat(200), 'a long template'],
    [`${'a'.repeat(53)}.b.c`, 'web', 'a cut behind a dot'],
    [`${'a'.repeat(51)}-----b`, 'web', 'a cut inside hyphens'],
    ['a', 'b', 'a short pair whose plain name is taken'],
  ])('digestName(%s, %s) is a valid name of at most 63 characters: %s', (uid, template) => {
    const name = digestName(uid, template);
    expect(name.length).toBeLessThanOrEqual(63);
    for (const part of name.split('.')) expect(part).toMatch(label);
    expect(name).toMatch(/-[0-9a-f]{8}$/);
    expect(digestName(uid, template)).toBe(name);
  });

  it('tells pairs apart whose plain names are equal', () => {
    expect(plainName('a-b', 'c')).toBe(plainName('a', 'b-c'));
    expect(digestName('a-b', 'c')).not.toBe(digestName('a', 'b-c'));
  });

  it.each([
    ['alpha', 'alpha', 'short'],
    ['a'.repeat(63), 'a'.repeat(63), 'just short enough'],
  ])('labelValue(%s) is the name itself: %s', (name, expected) => {
    expect(labelValue(name)).toBe(expected);
  });

  it('stands for a long name by a digest', () => {
    expect(labelValue('a'.repeat(64))).toMatch(/^[0-9a-f]{40}$/);
    expect(labelValue('a'.repeat(64))).not.toBe(labelValue('a'.repeat(65)));
  });
});
