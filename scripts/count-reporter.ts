/** A vitest reporter that writes the Counts of a run, as JSON, to the file named by TENANT_OPERATOR_COUNTS. */
import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';
import { type Counts, NO_REASON } from './counts.ts';

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const file = process.env.TENANT_OPERATOR_COUNTS;
    if (file) writeFileSync(file, JSON.stringify(count(modules, errors)));
  }
}

function count(modules: readonly TestModule[], errors: readonly SerializedError[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: [], broken: [] };
  const broke = (what: string, error: SerializedError): void => {
    counts.failed++;
    counts.broken.push(`${what}: ${firstLine(error)}`);
  };
  for (const module of modules) {
    for (const error of module.errors()) broke(module.relativeModuleId, error);
    for (const suite of module.children.allSuites()) {
      for (const error of suite.errors()) broke(`${module.relativeModuleId} > ${suite.fullName}`, error);
    }
    for (const test of module.children.allTests()) countTest(counts, module, test);
  }
  for (const error of errors) broke('outside of any test', error);
  return counts;
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
