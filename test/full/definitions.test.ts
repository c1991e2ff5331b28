/** What the sandbox is held to about CustomResourceDefinitions, on a kube-apiserver of today. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { groups } from '../conformance/kubernetes-api/index.ts';
import { runCase, type Target } from '../conformance/kubernetes-api/run.ts';
import { readRecorded, startConformanceServer } from '../real/kubernetes-api.server.ts';
import { createWorkspace } from '../rig/index.ts';

const workspace = createWorkspace();
let target: Target;
beforeAll(async () => {
  target = await startConformanceServer(workspace);
});
afterAll(() => workspace.close());

const recorded = readRecorded('definitions');

// Each case has a group of its own, and the server mostly waits before it establishes one or lets it go.
test.concurrent.each((groups.definitions ?? []).map((one) => [one.name, one] as const))(
  '%s',
  { timeout: 400_000 },
  async (name, one) => {
    expect(await runCase(target, one), one.reason).toEqual(recorded[name]);
  },
);
