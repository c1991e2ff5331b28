import { expect, test } from 'vitest';
import { CONDITIONS, eventType, REASONS, Reason, type ReasonInfo } from './reasons.ts';

const entries: [string, ReasonInfo][] = Object.entries(REASONS);

test('every reason is CamelCase, has a meaning of one sentence, and is used somewhere', () => {
  for (const [name, { meaning, on, event }] of entries) {
    expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(meaning, name).toMatch(/^[A-Z].*\.$/);
    expect(meaning, name).not.toMatch(/[|\n]/);
    expect(on.length > 0 || event !== undefined, name).toBe(true);
    expect(new Set(on).size, name).toBe(on.length);
  }
});

test('every condition has a reason for being so and for being otherwise', () => {
  for (const [kind, types] of Object.entries(CONDITIONS)) {
    for (const type of Object.keys(types)) {
      const count = entries.filter(([, { on }]) => on.some((place) => place === `${kind}/${type}`)).length;
      expect(count, `${kind}/${type}`).toBeGreaterThanOrEqual(2);
    }
  }
});

test('constants and event types', () => {
  expect(Reason.SourceUnreachable).toBe('SourceUnreachable');
  expect(eventType('SourceUnreachable')).toBe('Warning');
  expect(eventType('TenantCreated')).toBe('Normal');
});
