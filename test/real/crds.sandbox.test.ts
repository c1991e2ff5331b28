import { startSandbox } from '../../packages/sandbox/src/index.ts';
import { describeCrds } from '../conformance/crds.ts';
import { binaryPath } from '../rig/binaries/index.ts';

/** Here and not among the unit tests because it needs kubectl. */
describeCrds('the sandbox', async () => {
  const sandbox = await startSandbox();
  return {
    kubeconfig: sandbox.writeKubeconfig(),
    kubectl: await binaryPath('kubectl'),
    close: () => sandbox.stop(),
  };
});
