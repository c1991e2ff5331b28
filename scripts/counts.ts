/** What a run of suites came to, and how it reads. */
export interface Counts {
  passed: number;
  failed: number;
  /** One entry a test, with its reason. */
  skipped: { test: string; reason: string }[];
  /** What failed apart from single tests: a suite that could not be set up, an error outside of any test. */
  broken: string[];
}

export const NO_REASON = 'no reason given';

export function addCounts(all: readonly Counts[]): Counts {
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    skipped: all.flatMap(({ skipped }) => skipped),
    broken: all.flatMap(({ broken }) => broken),
  };
}

/** The end of a run, line by line: what broke, what was skipped by reason, and `N passed, N failed` last. */
export function summaryLines({ passed, failed, skipped, broken }: Counts): string[] {
  const reasons = new Map<string, number>();
  for (const { reason } of skipped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [
    ...broken.map((line) => `broken: ${line}`),
    `${skipped.length} skipped`,
    ...[...reasons].map(([reason, count]) => `  ${count}: ${reason}`).sort(),
    `${passed} passed, ${failed} failed`,
  ];
}
