/** A kube-apiserver of today for the recorded behaviours of `test/conformance/kubernetes-api`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Target } from '../conformance/kubernetes-api/run.ts';
import { binaryPath } from '../rig/binaries/index.ts';
import { startControlPlane, type Workspace } from '../rig/index.ts';

const TOKEN = 'token-of-the-conformance-suite';

/**
 * Only the collector and the namespace controller run beside the server: others would change the objects of the
 * cases. It ends with the workspace.
 */
export async function startConformanceServer(workspace: Workspace): Promise<Target> {
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
  return { url: plane.server, token: TOKEN };
}

const folder = new URL('../conformance/kubernetes-api/recorded/', import.meta.url);

/** What a real server answered to the cases of a group. */
export function readRecorded(group: string): Record<string, Answer[]> {
  return JSON.parse(readFileSync(new URL(`${group}.json`, folder), 'utf8')) as Record<string, Answer[]>;
}
