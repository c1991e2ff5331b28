/** The data path with the operator, as its suites need them. */
import { type DataPath, type DataPathOptions, startDataPath } from '../../rig/data-path/index.ts';
import {
  createKubectl,
  createSql,
  dnsFlags,
  type Kubectl,
  prepareCluster,
  prepareCredentials,
  type Sql,
  startOperator,
} from '../../rig/support/index.ts';

export interface World extends DataPath {
  readonly sql: Sql;
  readonly kubectl: Kubectl;
  stop(): Promise<void>;
}

export async function startWorld(options: DataPathOptions = {}): Promise<World> {
  const path = await startDataPath(options);
  const { rig } = path;
  try {
    await prepareCluster(rig);
    await prepareCredentials(rig, rig.database);
    await startOperator(rig, { args: dnsFlags(rig.dns) });
  } catch (error) {
    await rig.stop();
    throw error;
  }
  const sql = createSql(rig.mysql);
  const kubectl = await createKubectl(rig.kubeconfig);
  return {
    ...path,
    sql,
    kubectl,
    async stop() {
      await sql.close();
      kubectl.close();
      await rig.stop();
    },
  };
}
