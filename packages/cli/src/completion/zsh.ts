import type { CommandModel, OptionModel, ValueModel } from './model.ts';

/** For `_arguments`; the file is named `_<command>` and stands in a folder of `$fpath`, or is sourced after compinit. */
export function zshScript(model: CommandModel): string {
  const name = `_${model.name.replaceAll(/\W/g, '_')}`;
  const list = model.commands.map((command) => `    ${quote(`${command.name}:${command.description}`)}`);
  const cases = model.commands.map(
    (command) => `        ${command.name})
          _arguments -s ${[...command.options.flatMap(optionSpec), ...argumentSpecs(command)].join(' \\\n            ')} ;;`,
  );
  return `#compdef ${model.name}
${name}() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
${list.join('\n')}
  )
  _arguments -C ${model.options.flatMap(optionSpec).join(' ')} '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${cases.join('\n')}
      esac ;;
  esac
}
if [ "$funcstack[1] " = "${name} " ]; then ${name} "$@"; else compdef ${name} ${model.name}; fi
`;
}

function optionSpec({ flags, description, value }: OptionModel): string[] {
  const text = description.replaceAll(/[[\]:]/g, ' ');
  return flags.map((flag) =>
    quote(`*${flag}${value === undefined || !flag.startsWith('--') ? '' : '='}[${text}]${action(value)}`),
  );
}

function argumentSpecs({ arguments: args }: CommandModel): string[] {
  return args.map(({ name, value }, index) =>
    quote(`${index === args.length - 1 ? '*' : index + 1}:${name}${action(value).slice(1)}`),
  );
}

function action(value: ValueModel | undefined): string {
  if (value === undefined) return '';
  if (value === 'files') return ':file:_files';
  return value === 'text' ? ': :' : `:choice:(${value.join(' ')})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
