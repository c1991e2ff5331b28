import { describe, expect, it } from 'vitest';
import { describeCrash, restrictReports } from './crash.ts';

const off = { reportOnFatalError: false, reportOnSignal: false, reportOnUncaughtException: false };

describe('diagnostic reports', () => {
  it.each([
    [
      'leave the environment out where Node can',
      { ...off, reportOnSignal: true, excludeEnv: false },
      { ...off, reportOnSignal: true, excludeEnv: true },
      undefined,
    ],
    [
      'are off where it cannot, and that is said',
      { ...off, reportOnFatalError: true },
      off,
      'diagnostic reports are off',
    ],
    ['that nobody asked for need no word', { ...off }, off, undefined],
  ])('%s', (_reason, reports, after, said) => {
    const told = restrictReports(reports);
    expect(reports).toEqual(after);
    if (said === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(said);
  });
});

describe('what is said of a crash', () => {
  it.each([
    [
      'an error with fields',
      Object.assign(new TypeError('x is no function'), { sql: 'canary', body: { a: 'canary' } }),
      'TypeError: x is no function',
    ],
    ['an error with a cause', new Error('above', { cause: new Error('canary') }), 'Error: above'],
    ['an object', { password: 'canary' }, 'what was thrown is no error but a value of type object'],
    ['a text', 'canary', 'what was thrown is no error but a value of type string'],
  ])('of %s holds no more than name, message and place', (_reason, thrown, cause) => {
    const told = describeCrash(thrown);
    expect(told.cause).toBe(cause);
    expect(JSON.stringify(told)).not.toContain('canary');
  });
});
