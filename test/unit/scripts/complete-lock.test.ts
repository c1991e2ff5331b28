import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Lock, missingEntries } from '../../../scripts/complete-lock.ts';

const FILE = join(import.meta.dirname, '..', '..', '..', 'package-lock.json');

function lockOf(optionalDependencies: Record<string, string>, others: Lock['packages'] = {}): Lock {
  return { packages: { 'node_modules/a': { dev: true, optionalDependencies }, ...others } };
}

describe('the optional packages of a lock', () => {
  it('are all there, or a fresh `npm ci` fails; if not, run: npx tsx scripts/complete-lock.ts', () => {
    const lock = JSON.parse(readFileSync(FILE, 'utf8')) as Lock;
    expect(Object.keys(missingEntries(lock))).toEqual([]);
  });

  it.each([
    {
      name: '@a/linux-arm64-musl',
      cpu: ['arm64'],
      libc: ['musl'],
      os: ['linux'],
      reason: 'the libc of a system',
    },
    {
      name: '@a/binding-linux-arm-gnueabihf',
      cpu: ['arm'],
      libc: ['glibc'],
      os: ['linux'],
      reason: 'an ABI',
    },
    { name: '@a/win32-x64-msvc', cpu: ['x64'], os: ['win32'], reason: 'a compiler is no libc' },
  ])('are found by their platform: $reason', ({ name, cpu, libc, os }) => {
    const expected = { version: '1.0.0', cpu, ...(libc && { libc }), os, dev: true, optional: true };
    expect(missingEntries(lockOf({ [name]: '1.0.0' }))).toEqual({ [`node_modules/${name}`]: expected });
  });

  it.each([
    { path: 'node_modules/@a/linux-x64', reason: 'hoisted' },
    { path: 'node_modules/a/node_modules/@a/linux-x64', reason: 'nested' },
  ])('are not missing where they are $reason', ({ path }) => {
    const lock = lockOf({ '@a/linux-x64': '1.0.0' }, { [path]: { version: '1.0.0' } });
    expect(missingEntries(lock)).toEqual({});
  });

  it.each([
    { name: 'helper', version: '1.0.0', error: 'names no platform', reason: 'for every platform' },
    { name: '@a/linux-x64', version: '^1.0.0', error: 'no exact version', reason: 'of any version' },
  ])('are not made up when they are $reason', ({ name, version, error }) => {
    expect(() => missingEntries(lockOf({ [name]: version }))).toThrow(error);
  });
});
