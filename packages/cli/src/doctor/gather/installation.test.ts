import { describe, expect, it } from 'vitest';
import { errorLines } from './installation.ts';

describe('errorLines', () => {
  it.each([
    {
      log: 'time="2026-01-01T00:00:00Z" level=info msg="All records are already up to date"\n',
      lines: [],
      reason: 'nothing is wrong',
    },
    {
      log: 'time="x" level=error msg="records retrieval failed: \\"AccessDenied\\""\n',
      lines: ['records retrieval failed: \\"AccessDenied\\"'],
      reason: 'text, with quotes in it',
    },
    { log: 'time="x" level=fatal msg=stop\n', lines: ['stop'], reason: 'one word' },
    { log: '{"level":"error","msg":"no zones","time":"x"}\n', lines: ['no zones'], reason: 'JSON' },
    { log: `time="x" level=error msg="${'x'.repeat(1000)}"\n`, lines: ['x'.repeat(300)], reason: 'cut' },
  ])('$reason', ({ log, lines }) => {
    expect(errorLines(log)).toEqual(lines);
  });
});
