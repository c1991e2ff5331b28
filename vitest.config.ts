import { defineConfig } from 'vitest/config';

const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } };

/** Real parts take their time. Suites mostly wait, so that three rigs at once are what two cores carry. */
const patient = { testTimeout: 120_000, hookTimeout: 300_000, maxWorkers: 3 };

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: { name: 'unit', include: ['packages/*/src/**/*.test.ts', 'test/unit/**/*.test.ts'] },
      },
      { ...source, test: { name: 'real', include: ['test/real/**/*.test.ts'], ...patient } },
      { ...source, test: { name: 'full', include: ['test/full/**/*.test.ts'], ...patient } },
    ],
  },
});
