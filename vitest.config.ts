import { defineConfig } from 'vitest/config';

const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } };

/** Real parts take their time, and one rig at a time is what a small machine can carry. */
const patient = { testTimeout: 120_000, hookTimeout: 300_000, fileParallelism: false };

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
