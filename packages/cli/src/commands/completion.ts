/** `tenant-operator completion`: a script that a shell reads. */
import { Argument, Command } from 'commander';
import { completionScript, modelOf, type Shell, shells } from '../completion/index.ts';

export function completionCommand(): Command {
  const command = new Command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .addHelpText(
      'after',
      `
bash:  source <(tenant-operator completion bash)
zsh:   source <(tenant-operator completion zsh)
fish:  tenant-operator completion fish | source

kubectl tenants: kubectl's own completion asks the file kubectl_complete-tenants, which is the same program.`,
    );
  return command.action((shell: Shell) => {
    process.stdout.write(completionScript(shell, modelOf(command.parent ?? command)));
  });
}
