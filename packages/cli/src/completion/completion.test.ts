import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../program.ts';
import { answerWords, completionScript, modelOf, shells } from './index.ts';

const model = modelOf(await createProgram('tenant-operator'));

/** What bash offers for the last word. */
function complete(...words: string[]): string[] {
  const script = `${completionScript('bash', model)}
    COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _tenant_operator; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = execFileSync('bash', ['-c', script, 'bash', 'tenant-operator', ...words], {
    encoding: 'utf8',
  });
  return text.split('\n').filter(Boolean);
}

describe('completion', () => {
  it.each([
    [['pl'], ['plan'], 'a command'],
    [['re'], ['render', 'resume'], 'several'],
    [['plan', '--re'], ['--read-table', '--resolve', '--registry'], 'options'],
    [['plan', '-o', ''], ['table', 'json', 'yaml'], 'choices of an option'],
    [['suspend', 't'], ['tenant', 'template'], 'choices of an argument'],
    [['completion', ''], ['bash', 'zsh', 'fish'], 'its own shells'],
    [['explain', 'x'], [], 'names of objects are not guessed'],
  ])('bash: %j -> %j (%s)', (words, expected) => {
    expect(complete(...words)).toEqual(expected);
  });

  it.each(shells)('%s knows every command and every long option', (shell) => {
    const script = completionScript(shell, model);
    for (const command of model.commands) {
      expect(script).toContain(command.name);
      for (const { flags } of command.options)
        expect(script).toContain((flags.at(-1) ?? '').slice(shell === 'fish' ? 2 : 0));
    }
  });

  it.each([
    [['pl'], 'plan\n:4\n', 'a command'],
    [['plan', '--re'], '--read-table\n--resolve\n--registry\n:4\n', 'options'],
    [['plan', '-o', 'j'], 'json\n:4\n', 'a choice'],
    [['suspend', 't'], 'tenant\ntemplate\n:4\n', 'choices of an argument'],
    [['plan', ''], ':0\n', "files are the shell's"],
    [['explain', ''], ':4\n', 'names of objects are not guessed'],
    [['no-such', 'x'], ':4\n', 'a command that there is not'],
  ])('kubectl: %j -> %j (%s)', (words, expected) => {
    expect(answerWords(model, words)).toBe(expected);
  });

  it('has no word that a shell would run', () => {
    for (const shell of shells) expect(completionScript(shell, model)).not.toMatch(/`|\$\((?!compgen)/);
  });
});
