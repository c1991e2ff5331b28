/** What completion needs to know of a command. */
import type { Command } from 'commander';

export interface OptionModel {
  /** `-n` and `--namespace`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly value: ValueModel | undefined;
}

/** `files` where a path is meant, the choices where there are some. */
export type ValueModel = 'files' | 'text' | readonly string[];

export interface CommandModel {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionModel[];
  readonly arguments: readonly { readonly name: string; readonly value: ValueModel }[];
  readonly commands: readonly CommandModel[];
}

export function modelOf(command: Command): CommandModel {
  const help = command.createHelp();
  return {
    name: command.name(),
    description: command.description(),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined),
      description: option.description,
      value: option.required || option.optional ? valueModel(option.flags, option.argChoices) : undefined,
    })),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      value: valueModel(argument.name(), argument.argChoices),
    })),
    commands: help
      .visibleCommands(command)
      .filter((child) => child.name() !== 'help')
      .map(modelOf),
  };
}

function valueModel(text: string, choices: readonly string[] | undefined): ValueModel {
  return choices ?? (/\b(?:files?|path|folder)\b/.test(text) ? 'files' : 'text');
}
