/** Source files of more than 450 lines (tests: 600) need a reason: a comment `size: <why>` among their first five lines. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT = 450;
/** A table of cases is long without being hard to read. */
const TEST_LIMIT = 600;
const ROOT = join(import.meta.dirname, '..');
const GENERATED = /(^|\/)(generated|testdata)\/|\.gen\.ts$/;

/** The complaint about one file, or undefined. */
export function judgeSize(path: string, text: string): string | undefined {
  if (GENERATED.test(path)) return undefined;
  const lines = text.split('\n');
  const count = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  const limit = path.endsWith('.test.ts') ? TEST_LIMIT : LIMIT;
  if (count <= limit || lines.slice(0, 5).some((line) => /\bsize: \S/.test(line))) return undefined;
  return `${path} has ${count} lines, ${limit} is the limit: split it, or give the reason as "size: ..." at its top`;
}

if (import.meta.filename === process.argv[1]) {
  // Files of the working tree too, so that a new one is judged before it is committed.
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx', '*.go'];
  const files = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  const complaints = files
    .filter((file) => existsSync(join(ROOT, file)))
    .map((file) => judgeSize(file, readFileSync(join(ROOT, file), 'utf8')))
    .filter((complaint) => complaint !== undefined);
  for (const complaint of complaints) console.error(complaint);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}
