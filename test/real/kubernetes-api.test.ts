/**
 * The recorded behaviours of `test/conformance/kubernetes-api`, on a kube-apiserver of today: what the sandbox is
 * held to must still be what a real server does. Only the collector and the namespace controller run beside it:
 * others would change the objects of the cases.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groups, walks } from '../conformance/kubernetes-api/index.ts';
import { type Answer, runCase, type Target } from '../conformance/kubernetes-api/run.ts';
import { binaryPath } from '../rig/binaries/index.ts';
import { createWorkspace, startControlPlane } from '../rig/index.ts';

const TOKEN = 'token-of-the-conformance-suite';
const workspace = createWorkspace();
let target: Target;

beforeAll(async () => {
  const tokens = join(workspace.folder('conformance'), 'tokens.csv');
  writeFileSync(tokens, `${TOKEN},admin,1,"system:masters"\n`, { mode: 0o600 });
  const plane = await startControlPlane(workspace, {
    controllerManager: false,
    scheduler: false,
    // Pods of the cases need no service account; the recording was made without that admission plugin.
    apiServerArgs: ['--disable-admission-plugins=ServiceAccount', `--token-auth-file=${tokens}`],
  });
  await workspace.start({
    name: 'kube-controller-manager',
    command: await binaryPath('kube-controller-manager'),
    argv0: 'kube-controller-manager',
    args: [
      `--kubeconfig=${plane.kubeconfig}`,
      '--controllers=garbage-collector-controller,namespace-controller',
      '--leader-elect=false',
      '--secure-port=0',
    ],
    isReady: async () => (await plane.api.get('/api/v1/namespaces/default')) !== undefined,
  });
  target = { url: plane.server, token: TOKEN };
});
afterAll(() => workspace.close());

const folder = new URL('../conformance/kubernetes-api/recorded/', import.meta.url);

for (const [group, cases] of Object.entries(groups)) {
  const recorded = JSON.parse(readFileSync(new URL(`${group}.json`, folder), 'utf8')) as Record<
    string,
    Answer[]
  >;
  describe(group, () => {
    test.each(cases.map((one) => [one.name, one] as const))('%s', async (name, one) => {
      expect(await runCase(target, one), one.reason).toEqual(recorded[name]);
    });
  });
}

describe('random walks', () => {
  const packed = gunzipSync(readFileSync(new URL('walks.json.gz', folder))).toString();
  const recorded = JSON.parse(packed) as Record<string, Answer[]>;
  test.each(walks.map((one) => [one.name, one] as const))('%s', async (name, one) => {
    expect(await runCase(target, one), one.reason).toEqual(recorded[name]);
  });
});
