import { describeCrds } from '../conformance/crds.ts';
import { binaryPath } from '../rig/binaries/index.ts';
import { startControlPlane } from '../rig/parts/control-plane.ts';
import { createWorkspace } from '../rig/process/workspace.ts';

describeCrds('kube-apiserver', async () => {
  const workspace = createWorkspace();
  const { kubeconfig } = await startControlPlane(workspace, { controllerManager: false, scheduler: false });
  return { kubeconfig, kubectl: await binaryPath('kubectl'), close: () => workspace.close() };
});
