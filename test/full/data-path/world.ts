/** The data path with the operator, as its suites need them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

export interface WorldOptions extends DataPathOptions {
  /** Flags of the operator. */
  readonly operatorArgs?: readonly string[];
}

export async function startWorld({ operatorArgs = [], ...options }: WorldOptions = {}): Promise<World> {
  const path = await startDataPath(options);
  const { rig } = path;
  try {
    await prepareCluster(rig);
    await prepareCredentials(rig, rig.database);
    // Its probes trust the authority of this world, beside those that Node knows.
    const root = join(rig.workspace.folder('operator'), 'pebble-root.pem');
    writeFileSync(root, await path.pebble.root());
    await startOperator(rig, {
      args: [...dnsFlags(rig.dns), ...operatorArgs],
      env: { NODE_EXTRA_CA_CERTS: root },
    });
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
