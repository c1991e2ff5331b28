/** Rights for kinds that the generated ones leave out, such as the ClusterRole of the upgrade's template. */
import type { Kubectl } from '../../rig/support/index.ts';
import { OPERATOR_ACCOUNT } from '../../rig/support/index.ts';

export async function allowAnyKind(kubectl: Kubectl): Promise<void> {
  const account = OPERATOR_ACCOUNT.replace('/', ':');
  const role = ['--clusterrole=cluster-admin', `--serviceaccount=${account}`];
  await kubectl('create', 'clusterrolebinding', 'any-kind', ...role);
}
