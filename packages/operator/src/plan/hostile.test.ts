/** Tables of any content: every row is active, inactive or named as a problem, and no uid gets through that cannot be a name. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRows } from './rows.ts';

// Always the same draws, so that a failure is of the change that was made; FC_SEED draws others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

const text = fc.option(
  fc.oneof(
    fc.constantFrom(
      'a',
      'b',
      'A',
      'a.b',
      '-a',
      'a/b',
      '..',
      'a\0',
      '',
      '1',
      'yes',
      'no',
      'maybe',
      'x'.repeat(300),
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  ),
);
const table = fc.array(fc.record({ id: text, active: text, plan: text, __proto__x: text }), {
  maxLength: 12,
});
const mappings = { values: { uid: 'id', activate: 'active' }, extra: { plan: 'plan' } };

it('sorts any table into active, inactive and problems', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const { total, active, inactive, problems } = readRows(rows, mappings);
      expect(total).toBe(rows.length);
      const uids = active.map(({ uid }) => uid);
      expect(new Set(uids).size).toBe(uids.length);
      for (const uid of uids) {
        expect(uid).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
        expect(inactive.has(uid)).toBe(false);
        expect(problems.some((problem) => problem.uid === uid)).toBe(false);
      }
      // Rows with one uid are one problem; every other row is one of something.
      const nameless = problems.filter(
        ({ reason }) => reason === 'NullUid' || reason === 'InvalidUid',
      ).length;
      const named = new Set(rows.map(({ id }) => id)).size;
      expect(uids.length + inactive.size + problems.length).toBeLessThanOrEqual(rows.length);
      expect(uids.length + inactive.size + problems.length).toBeGreaterThanOrEqual(
        Math.min(named, rows.length) - 0,
      );
      for (const { message } of problems) expect(message.length).toBeLessThan(700);
      expect(nameless).toBeLessThanOrEqual(rows.length);
    }),
    { numRuns: 1_000 },
  );
});
