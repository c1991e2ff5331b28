import type { CommandModel, OptionModel, ValueModel } from './model.ts';

/** One `complete` a command, an option and an argument. */
export function fishScript(model: CommandModel): string {
  const names = model.commands.map(({ name }) => name).join(' ');
  const none = `not __fish_seen_subcommand_from ${names}`;
  const lines = [
    ...model.commands.map(
      ({ name, description }) => `-f -n ${quote(none)} -a ${name} -d ${quote(description)}`,
    ),
    ...model.options.map((option) => `-n ${quote(none)} ${optionOf(option)}`),
    ...model.commands.flatMap((command) => {
      const inside = `__fish_seen_subcommand_from ${command.name}`;
      return [
        ...command.options.map((option) => `-n ${quote(inside)} ${optionOf(option)}`),
        ...command.arguments.flatMap(({ name, value }) =>
          value === 'text'
            ? [`-f -n ${quote(inside)}`]
            : [`-n ${quote(inside)} ${argumentOf(value)} -d ${quote(name)}`],
        ),
      ];
    }),
  ];
  return `# fish completion of ${model.name}: put it into ~/.config/fish/completions/${model.name}.fish
${lines.map((line) => `complete -c ${model.name} ${line}\n`).join('')}`;
}

function optionOf({ flags, description, value }: OptionModel): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const needs =
    value === undefined
      ? ''
      : value === 'files'
        ? ' -r -F'
        : value === 'text'
          ? ' -x'
          : ` -x -a ${quote(value.join(' '))}`;
  return `${names.join(' ')}${needs} -d ${quote(description)}`;
}

function argumentOf(value: ValueModel): string {
  return value === 'files' ? '-F' : `-f -a ${quote(typeof value === 'string' ? '' : value.join(' '))}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
