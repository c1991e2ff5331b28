/** Completion for kubectl, which asks a program of the name `kubectl_complete-tenants` and not the shell. Pure. */
import type { CommandModel, ValueModel } from './model.ts';

/** As cobra numbers them: what the shell shall do with files. */
const directives = { files: 0, nothing: 4 } as const;

/**
 * The answer for the words after `kubectl tenants`, the last of which is being typed: a line for each possibility, and a last
 * line with a directive. Source of the form: kubectl's `CompletionFunc` of plugins, and cobra's `ShellCompDirective`.
 */
export function answerWords(model: CommandModel, words: readonly string[]): string {
  const offer = offerFor(model, words);
  const directive = offer === 'files' ? directives.files : directives.nothing;
  const current = words.at(-1) ?? '';
  const fitting = typeof offer === 'string' ? [] : offer.filter((word) => word.startsWith(current));
  return [...fitting, `:${directive}`].map((line) => `${line}\n`).join('');
}

function offerFor(model: CommandModel, words: readonly string[]): ValueModel {
  const current = words.at(-1) ?? '';
  const flagsOf = ({ options }: CommandModel) => options.flatMap(({ flags }) => flags);
  if (words.length < 2)
    return current.startsWith('-') ? flagsOf(model) : model.commands.map(({ name }) => name);
  const command = model.commands.find(({ name }) => name === words[0]);
  if (!command) return 'text';
  const previous = words.at(-2) ?? '';
  const open = command.options.find(({ flags, value }) => value !== undefined && flags.includes(previous));
  if (open) return open.value ?? 'text';
  if (current.startsWith('-')) return flagsOf(command);
  const choices = command.arguments.find(({ value }) => typeof value === 'object');
  return choices?.value ?? (command.arguments.some(({ value }) => value === 'files') ? 'files' : 'text');
}
