import { describe, expect, it } from 'vitest';
import { type Machine, namespaceProblem } from '../../rig/namespace/index.ts';

const able: Machine = { platform: 'linux', isRoot: true, hasIp: true, tryOut: () => undefined };

describe('namespaceProblem', () => {
  it.each<[machine: Partial<Machine>, problem: string | undefined, reason: string]>([
    [{}, undefined, 'all is there'],
    [{ platform: 'darwin' }, 'it needs network namespaces, which darwin has not', 'another system'],
    [{ isRoot: false }, 'it needs root, to make a network namespace', 'a person without rights'],
    [{ hasIp: false }, 'it needs ip: install iproute2', 'a slim image'],
    [
      { tryOut: () => 'unshare: unshare failed: Operation not permitted' },
      'it needs a network namespace, which this machine refuses: unshare: unshare failed: Operation not permitted',
      'root of a container without rights',
    ],
  ])('%j -> %s: %s', (machine, problem) => {
    expect(namespaceProblem({ ...able, ...machine })).toBe(problem);
  });

  it('tries nothing out where more is missing', () => {
    const tryOut = () => {
      throw new Error('tried');
    };
    expect(namespaceProblem({ ...able, isRoot: false, tryOut })).toContain('root');
  });
});
