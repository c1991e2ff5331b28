import type { CommandModel, ValueModel } from './model.ts';

/** Works with bash 3.2 and newer, without the package bash-completion. */
export function bashScript(model: CommandModel): string {
  const name = functionName(model.name);
  const cases = model.commands.flatMap((command) => [
    `    ${command.name})`,
    `      case "$previous" in`,
    ...command.options.flatMap(({ flags, value }) =>
      value === undefined ? [] : [`        ${flags.join('|')}) ${reply(value)}; return ;;`],
    ),
    `      esac`,
    `      if [[ "$current" == -* ]]; then ${reply(command.options.flatMap(({ flags }) => flags))}; return; fi`,
    `      ${positional(command)} ;;`,
  ]);
  return `# bash completion of ${model.name}: source it, or put it into ~/.local/share/bash-completion/completions/${model.name}
${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command=""
  COMPREPLY=()
  if (( COMP_CWORD > 1 )); then command="\${COMP_WORDS[1]}"; fi
  case "$command" in
    '') ${reply([...model.commands.map((command) => command.name), ...model.options.flatMap(({ flags }) => flags)])} ;;
${cases.join('\n')}
  esac
}
complete -o default -F ${name} ${model.name}
`;
}

function positional({ arguments: args }: CommandModel): string {
  const choices = args.find(({ value }) => typeof value === 'object');
  if (choices) return reply(choices.value);
  return args.some(({ value }) => value === 'files') ? reply('files') : ':';
}

function reply(value: ValueModel): string {
  if (value === 'text') return ':';
  if (value === 'files') return 'COMPREPLY=($(compgen -f -- "$current"))';
  return `COMPREPLY=($(compgen -W "${value.join(' ')}" -- "$current"))`;
}

function functionName(name: string): string {
  return `_${name.replaceAll(/\W/g, '_')}`;
}
