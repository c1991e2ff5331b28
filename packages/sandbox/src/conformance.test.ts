import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groups } from '../../../test/conformance/kubernetes-api/index.ts';
import { type Answer, runCase } from '../../../test/conformance/kubernetes-api/run.ts';
import { type Sandbox, startSandbox } from './index.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

const folder = new URL('../../../test/conformance/kubernetes-api/recorded/', import.meta.url);

for (const [group, cases] of Object.entries(groups)) {
  const recorded = JSON.parse(readFileSync(new URL(`${group}.json`, folder), 'utf8')) as Record<string, Answer[]>;
  describe(group, () => {
    test.each(cases.map((one) => [one.name, one] as const))('%s', async (name, one) => {
      const want = recorded[name];
      expect(want, `${name} has not been recorded from a real server`).toBeDefined();
      expect(await runCase({ url: sandbox.url }, one), one.reason).toEqual(want);
    });
  });
}
