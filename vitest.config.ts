import { defineConfig } from 'vitest/config';

const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } };

/** Real parts take their time. Suites mostly wait, so that three rigs at once are what two cores carry. */
const patient = { testTimeout: 120_000, hookTimeout: 300_000, maxWorkers: 3 };

const file = (suite: string): string => `test/real/${suite}.test.ts`;

/** Suites that `make test` runs on the sandbox alone, and `make test-full` on the real stack: each cost it minutes. */
const first = [
  'policies',
  'tenants',
  'deletion',
  'secrets',
  'rollouts',
  'rollback',
  'webhook',
  'kubectl',
  'doctor',
  'shards',
  'timeouts',
  'cli',
];

/** Suites of the real stack that the sandbox carries too: the same cases, in the place of etcd and its neighbours. */
const onSandbox = ['guide', 'examples', ...first];

/** What the sandbox is held to has been recorded from a real server, and the sandbox is compared to it among the unit tests. */
const onRealLater = [...first, 'kubernetes-api'].map(file);

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'test/unit/**/*.test.ts'],
          // Go builds may go on beside these.
          testTimeout: 30_000,
          // Compiling the same modules anew for each of some 180 small files cost more than the tests did.
          isolate: false,
          maxWorkers: 2,
        },
      },
      {
        ...source,
        test: { name: 'real', include: ['test/real/**/*.test.ts'], exclude: onRealLater, ...patient },
      },
      { ...source, test: { name: 'real-later', include: onRealLater, ...patient } },
      {
        ...source,
        test: {
          name: 'sandbox',
          include: [...onSandbox.map(file), 'test/sandbox/**/*.test.ts'],
          env: { TENANT_OPERATOR_TARGET: 'sandbox' },
          ...patient,
          // No control plane weighs on the machine here: the suites wait for the operator most of the time.
          maxWorkers: 5,
          isolate: false,
        },
      },
      { ...source, test: { name: 'full', include: ['test/full/*.test.ts'], ...patient } },
      // Faults at moments that are drawn: beside other suites they would judge the machine.
      {
        ...source,
        test: { name: 'campaigns', include: ['test/full/campaigns/*.test.ts'], ...patient },
      },
      // With cert-manager, Pebble and Traefik, which take minutes to build. All files share the ports of one network namespace.
      {
        ...source,
        test: { name: 'data-path', include: ['test/full/data-path/*.test.ts'], ...patient, maxWorkers: 1 },
      },
      { ...source, test: { name: 'neighbours', include: ['test/full/neighbours/*.test.ts'], ...patient } },
    ],
  },
});
