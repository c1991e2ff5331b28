/** The last mile: a row becomes an HTTPS answer from the tenant's own pod, and is silent again once it is switched off. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataPath, startDataPath } from '../../rig/data-path/index.ts';
import { installSaasExample, type Step, storyTable, tellStory } from '../../rig/data-path/story.ts';
import {
  createKubectl,
  createSql,
  dnsFlags,
  prepareCluster,
  prepareCredentials,
  type Sql,
  startOperator,
} from '../../rig/support/index.ts';

let path: DataPath;
let sql: Sql;

beforeAll(async () => {
  // A Secret goes with its Certificate here; the suite beside this one keeps it.
  path = await startDataPath({ certManager: { secretsGo: true } });
  const { rig } = path;
  await prepareCluster(rig);
  await prepareCredentials(rig, rig.database);
  await startOperator(rig, { args: dnsFlags(rig.dns) });
  sql = createSql(rig.mysql);
  const kubectl = await createKubectl(rig.kubeconfig);
  await installSaasExample(kubectl, sql).finally(() => kubectl.close());
});

afterAll(async () => {
  await sql?.close();
  await path?.rig.stop();
});

describe('saas-platform.yaml, unchanged', () => {
  // What each step must find is checked where it is told: the tenant's own pod, the redirect, nobody but Pebble trusted.
  it('goes from a row to HTTPS 200 and back', async () => {
    const steps = await tellStory(path, sql, () => {});
    console.log(storyTable(steps));
    expect(names(steps)).toEqual([
      'HTTPS answers 200',
      'HTTPS answers no more',
      'plain HTTP is redirected',
      'the Secret',
      'the Tenant is gone',
      'the Tenant is ready',
      'the Tenant says so',
      'the certificate is issued',
      'the name resolves',
      'the record is gone',
      'the row is switched off',
      'the row is switched on',
    ]);
    expect(steps.at(-1)?.seen).toBe('gone with its Certificate');
  });

  it('does so again for a row that is switched on once more', async () => {
    const steps = await tellStory(path, sql, () => {});
    expect(names(steps)).toContain('HTTPS answers 200');
  });
});

function names(steps: readonly Step[]): string[] {
  return steps.map(({ name }) => name).sort();
}
