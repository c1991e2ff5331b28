/**
 * The recorded behaviours of `test/conformance/kubernetes-api`, on a kube-apiserver of today: what the sandbox is
 * held to must still be what a real server does.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groups, walks } from '../conformance/kubernetes-api/index.ts';
import { type Answer, runCase, type Target } from '../conformance/kubernetes-api/run.ts';
import { createWorkspace } from '../rig/index.ts';
import { readRecorded, startConformanceServer } from './kubernetes-api.server.ts';

const workspace = createWorkspace();
let target: Target;

beforeAll(async () => {
  target = await startConformanceServer(workspace);
});
afterAll(() => workspace.close());

// Definitions take the server seconds each, to establish and to let go: they are looked at in test/full.
const { definitions: _, ...quick } = groups;

for (const [group, cases] of Object.entries(quick)) {
  const recorded = readRecorded(group);
  describe(group, () => {
    test.each(cases.map((one) => [one.name, one] as const))('%s', async (name, one) => {
      expect(await runCase(target, one), one.reason).toEqual(recorded[name]);
    });
  });
}

describe('random walks', () => {
  const file = new URL('../conformance/kubernetes-api/recorded/walks.json.gz', import.meta.url);
  const recorded = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Record<string, Answer[]>;
  test.each(walks.map((one) => [one.name, one] as const))('%s', async (name, one) => {
    expect(await runCase(target, one), one.reason).toEqual(recorded[name]);
  });
});
