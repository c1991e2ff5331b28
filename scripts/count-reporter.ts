/** A vitest reporter that writes the Report of a run, as JSON, to the file named by TENANT_OPERATOR_COUNTS. */
import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';
import { type Counts, NO_REASON, noCounts, type Report } from './counts.ts';

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const file = process.env.TENANT_OPERATOR_COUNTS;
    if (file) writeFileSync(file, JSON.stringify(report(modules, errors)));
  }
}

function report(modules: readonly TestModule[], errors: readonly SerializedError[]): Report {
  const outside = noCounts();
  for (const error of errors) broke(outside, 'outside of any test', error);
  return {
    files: Object.fromEntries(modules.map((module) => [module.relativeModuleId, countModule(module)])),
    outside,
  };
}

function countModule(module: TestModule): Counts {
  const counts = noCounts();
  for (const error of module.errors()) broke(counts, module.relativeModuleId, error);
  for (const suite of module.children.allSuites()) {
    for (const error of suite.errors())
      broke(counts, `${module.relativeModuleId} > ${suite.fullName}`, error);
  }
  for (const test of module.children.allTests()) countTest(counts, module, test);
  return counts;
}

function broke(counts: Counts, what: string, error: SerializedError): void {
  counts.failed++;
  counts.broken.push(`${what}: ${firstLine(error)}`);
}

function countTest(counts: Counts, module: TestModule, test: TestCase): void {
  const result = test.result();
  if (result.state === 'passed') counts.passed++;
  else if (result.state === 'skipped' && !isBroken(test.parent)) {
    const name = `${module.relativeModuleId} > ${test.fullName}`;
    counts.skipped.push({ test: name, reason: result.note ?? NO_REASON });
  }
  // A test that did not run because what it needs did not start has failed; so has one that never ended.
  else counts.failed++;
}

function isBroken(parent: TestSuite | TestModule): boolean {
  return parent.errors().length > 0 || (parent.type === 'suite' && isBroken(parent.parent));
}

function firstLine(error: SerializedError): string {
  return String(error.message ?? error).split('\n')[0] ?? '';
}
