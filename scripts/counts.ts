/** What a run of suites came to, and how it reads. */
export interface Counts {
  passed: number;
  failed: number;
  /** One entry a test, with its reason. */
  skipped: { test: string; reason: string }[];
  /** What failed apart from single tests: a suite that could not be set up, an error outside of any test. */
  broken: string[];
  /** Files that failed beside others and were tried once more alone, with how that ended. */
  again: string[];
}

/** What a run of vitest says: the counts of each test file, and those of errors that belong to none. */
export interface Report {
  readonly files: Record<string, Counts>;
  readonly outside: Counts;
}

export function noCounts(): Counts {
  return { passed: 0, failed: 0, skipped: [], broken: [], again: [] };
}

export function totalOf({ files, outside }: Report): Counts {
  return addCounts([...Object.values(files), outside]);
}

/** The most files that are tried again: where more failed, it is no matter of how busy the machine was. */
const most = 4;

/** The files worth another try, alone. An error outside of any test has no file, so nothing can make up for it. */
export function filesToTryAgain({ files, outside }: Report): string[] {
  const failed = Object.entries(files).flatMap(([file, counts]) => (counts.failed > 0 ? [file] : []));
  return outside.failed > 0 || failed.length > most ? [] : failed;
}

/** The second try counts in the place of the first, and is told. */
export function withSecondTry(first: Report, second: Report): Report {
  const files = { ...first.files };
  for (const file of filesToTryAgain(first)) {
    const counts = second.files[file];
    if (counts === undefined) continue;
    const outcome = counts.failed === 0 ? 'passed' : 'failed';
    files[file] = { ...counts, again: [`${file} failed beside others and ${outcome} alone`] };
  }
  return { files, outside: addCounts([first.outside, second.outside]) };
}

export const NO_REASON = 'no reason given';

export function addCounts(all: readonly Counts[]): Counts {
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    skipped: all.flatMap(({ skipped }) => skipped),
    broken: all.flatMap(({ broken }) => broken),
    again: all.flatMap(({ again }) => again),
  };
}

/** The end of a run, line by line: what broke, what was skipped by reason, and `N passed, N failed` last. */
export function summaryLines({ passed, failed, skipped, broken, again }: Counts): string[] {
  const reasons = new Map<string, number>();
  for (const { reason } of skipped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [
    ...broken.map((line) => `broken: ${line}`),
    ...again.map((line) => `again: ${line}`),
    `${skipped.length} skipped`,
    ...[...reasons].map(([reason, count]) => `  ${count}: ${reason}`).sort(),
    `${passed} passed, ${failed} failed`,
  ];
}
