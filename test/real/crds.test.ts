import { describeCrds } from '../conformance/crds.ts';
import { binaryPath } from '../rig/binaries/index.ts';
import { createWorkspace } from '../rig/process/workspace.ts';
import { startApiServer } from './crds.apiserver.ts';

describeCrds('kube-apiserver', async () => {
  const workspace = createWorkspace();
  const kubeconfig = await startApiServer(workspace);
  return { kubeconfig, kubectl: await binaryPath('kubectl'), close: () => workspace.close() };
});
