/** Completion scripts for shells, made from commander's own tree of commands: nothing is typed twice. Pure. */
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import type { CommandModel } from './model.ts';
import { zshScript } from './zsh.ts';

export { type CommandModel, modelOf } from './model.ts';

export { answerWords } from './words.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export function completionScript(shell: Shell, model: CommandModel): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](model);
}
