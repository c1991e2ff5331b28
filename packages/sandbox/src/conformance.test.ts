import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groups, walks } from '../../../test/conformance/kubernetes-api/index.ts';
import { type Answer, runCase } from '../../../test/conformance/kubernetes-api/run.ts';
import { type Sandbox, startSandbox } from './index.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

const folder = new URL('../../../test/conformance/kubernetes-api/recorded/', import.meta.url);

for (const [group, cases] of Object.entries(groups)) {
  const recorded = JSON.parse(readFileSync(new URL(`${group}.json`, folder), 'utf8')) as Record<
    string,
    Answer[]
  >;
  describe(group, () => {
    test.each(cases.map((one) => [one.name, one] as const))('%s', async (name, one) => {
      const want = recorded[name];
      expect(want, `${name} has not been recorded from a real server`).toBeDefined();
      expect(await runCase({ url: sandbox.url }, one), one.reason).toEqual(want);
    });
  });
}

describe('random walks', () => {
  const recorded = JSON.parse(
    gunzipSync(readFileSync(new URL('walks.json.gz', folder))).toString(),
  ) as Record<string, Answer[]>;
  test.concurrent.each(walks.map((one) => [one.name, one] as const))(
    '%s',
    { timeout: 60_000 },
    async (name, one) => {
      const want = recorded[name];
      expect(want, `${name} has not been recorded from a real server`).toBeDefined();
      expect(await runCase({ url: sandbox.url }, one), one.reason).toEqual(want);
    },
  );
});
