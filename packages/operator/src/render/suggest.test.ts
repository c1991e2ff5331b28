import { describe, expect, it } from 'vitest';
import { suggest } from './suggest.ts';

describe('suggest', () => {
  const known = new Set(['uid', 'plan', 'subdomain', 'hostOrUrl']);
  it.each([
    ['subdomian', '; did you mean ".subdomain"?', 'two letters changed places'],
    ['plam', '; did you mean ".plan"?', 'one letter is another'],
    ['Plan', '; did you mean ".plan"?', 'the case is wrong'],
    ['hosturl', '; did you mean ".hostOrUrl"?', 'two letters are missing'],
    ['region', '; the registry maps .hostOrUrl, .plan, .subdomain, .uid', 'nothing is near'],
    ['x', '; the registry maps .hostOrUrl, .plan, .subdomain, .uid', 'a short name is near to nothing'],
  ])('%s -> %s: %s', (name, expected) => {
    expect(suggest(name, known)).toBe(expected);
  });
});
