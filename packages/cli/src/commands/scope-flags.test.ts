import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { readScope, type ScopeFlags, scopeOptions } from './scope-flags.ts';

function parse(...args: string[]) {
  const command = new Command('run').exitOverride().configureOutput({ writeErr() {} });
  for (const option of scopeOptions((flags, description) => new Option(flags, description)))
    command.addOption(option);
  command.parse(args, { from: 'user' });
  return readScope(command.opts<ScopeFlags>(), 'op').options;
}

describe('flags of the scope', () => {
  it.each<[string[], object, string]>([
    [[], { kinds: undefined, namespaces: undefined }, 'nothing is said'],
    [
      ['--allowed-kinds=ConfigMap, *.apps', '--allowed-kinds=Role.rbac.authorization.k8s.io'],
      { kinds: ['ConfigMap', '*.apps', 'Role.rbac.authorization.k8s.io'] },
      'by commas and by repetition',
    ],
    [['--allowed-namespaces', '.,team-*'], { namespaces: ['.', 'team-*'] }, 'the own and a pattern'],
  ])('%j -> %j: %s', (args, expected) => {
    expect(parse(...args)).toMatchObject(expected);
  });

  it.each([
    [['--allowed-kinds=configmaps'], 'names no kind'],
    [['--allowed-kinds='], 'names no kind'],
    [['--allowed-namespaces=Team'], 'names no namespace'],
    [['--default-service-account=a/b'], 'is no name of a ServiceAccount'],
  ])('%j is refused: %s', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});
