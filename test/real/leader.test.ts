/** Two replicas and one Lease: who stands by takes over, and who was stopped writes nothing when it comes back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, type Part } from '../rig/index.ts';
import { serviceAccountUser, startOperator, waitFor } from '../rig/support/index.ts';
import { type Harness, OPERATOR_USER, startHarness } from './harness.ts';
import { configMap, registry, template } from './objects.ts';

const patience = { timeoutMs: 60_000 };
const leaseArgs = [
  '--lease-duration-seconds=6',
  '--lease-renew-deadline-seconds=4',
  '--lease-retry-period-seconds=1',
];
/** A user of its own, so that the audit log tells the two apart. */
const SECOND_ACCOUNT = 'tenant-operator-system/second';
const SECOND_USER = serviceAccountUser(SECOND_ACCOUNT);

let harness: Harness;
let first: Part;
let second: Part;
const health = { first: 0, second: 0 };

beforeAll(async () => {
  health.first = await freePort();
  health.second = await freePort();
  harness = await startHarness({
    kwok: false,
    dns: false,
    externalDns: false,
    controlPlane: { scheduler: false },
    operatorArgs: [...leaseArgs, `--health-bind-address=127.0.0.1:${health.first}`],
  });
  first = harness.operator;
  const { rig, kubectl, sql } = harness;
  await kubectl(
    'create',
    'clusterrolebinding',
    'second',
    '--clusterrole=tenant-operator',
    `--serviceaccount=${SECOND_ACCOUNT.replace('/', ':')}`,
  );
  await kubectl(
    'create',
    'rolebinding',
    'second',
    '-n',
    'tenant-operator-system',
    '--role=tenant-operator',
    `--serviceaccount=${SECOND_ACCOUNT.replace('/', ':')}`,
  );
  second = await startOperator(rig, {
    name: 'operator-second',
    kubeconfig: await rig.kubeconfigFor(SECOND_ACCOUNT),
    args: [...leaseArgs, `--health-bind-address=127.0.0.1:${health.second}`],
    readyMessage: 'caches are filled',
  });
  await sql.script('CREATE TABLE customers (id VARCHAR(64) PRIMARY KEY, domain VARCHAR(64), active TINYINT)');
  await addRow('alpha');
  await harness.applyObjects(
    registry('reg', {}),
    template('web', 'reg', { configMaps: [configMap('settings', { of: '{{ .uid }}' })] }),
  );
});

afterAll(async () => harness?.stop());

const addRow = (id: string) =>
  harness.sql.execute('INSERT INTO customers VALUES (?, ?, 1)', [id, `${id}.example.com`]);
const settingsOf = (uid: string) => harness.find('configmap', `${uid}-settings`);
const isMade = (uid: string) => async () => (await settingsOf(uid)) !== undefined;
const ready = async (port: number) => (await fetch(`http://127.0.0.1:${port}/readyz`)).text();
/** What a process changed on the server. */
const writesOf = (user: string, since: number) =>
  harness.rig
    .auditEvents({ user, since, verb: ['create', 'update', 'patch', 'delete'] })
    .filter(({ responseStatus }) => (responseStatus?.code ?? 0) < 400)
    .map(({ verb, requestURI }) => `${verb} ${requestURI}`);

describe('two replicas', () => {
  it('work as one: the standby is as ready as the leader, and writes nothing', async () => {
    await waitFor(isMade('alpha'), { what: 'the first tenant', ...patience });
    expect(await ready(health.first)).toContain('[+]role ok: leader');
    expect(await ready(health.second)).toContain('[+]role ok: standby');
    expect(writesOf(SECOND_USER, 0)).toEqual([]);
  });

  it('go on when the leader is killed', async () => {
    const killed = harness.rig.auditMark();
    await first.kill();
    await addRow('bravo');
    await waitFor(isMade('bravo'), { what: 'a tenant of the new leader', ...patience });
    expect(await ready(health.second)).toContain('[+]role ok: leader');
    const made = await settingsOf('bravo');
    expect(made?.data).toEqual({ of: 'bravo' });
    expect(writesOf(OPERATOR_USER, killed)).toEqual([]);
  });

  it('are two again when the first comes back, which stands by', async () => {
    const stopped = second;
    expect(stopped.state).toBe('running');
    const part = await startOperator(harness.rig, {
      name: 'operator-third',
      args: [...leaseArgs, `--health-bind-address=127.0.0.1:${health.first}`],
      readyMessage: 'caches are filled',
    });
    first = part;
    await waitFor(async () => (await ready(health.first)).includes('standby'), {
      what: 'a standby',
      ...patience,
    });
  });

  it('leave nothing to a leader whose clock stood still: it writes nothing when it goes on, and ends', async () => {
    second.pause();
    const paused = harness.rig.auditMark();
    // All of this lies before it when it wakes: an object of its own that is gone, a row that came and one that went.
    await harness.kubectl('delete', 'configmap', 'alpha-settings');
    await addRow('charlie');
    await harness.sql.execute("UPDATE customers SET active = 0 WHERE id = 'bravo'");
    await waitFor(isMade('charlie'), { what: 'a tenant of the other leader', ...patience });
    await waitFor(isMade('alpha'), { what: 'the object that was deleted', ...patience });
    await waitFor(async () => (await settingsOf('bravo')) === undefined, {
      what: 'the removal',
      ...patience,
    });
    second.resume();
    await waitFor(async () => Promise.resolve(second.pid === undefined), {
      what: 'the end of who lost the lease',
      ...patience,
    });
    expect(second.logs()).toContain('the lease is lost');
    expect(writesOf(SECOND_USER, paused)).toEqual([]);
    expect(await ready(health.first)).toContain('[+]role ok: leader');
  });
});
