/** The tree of commands. */
import { Command } from 'commander';
import { version } from './version.ts';

/** In the order in which they are shown. A process that runs one of them has the others not in memory. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./commands/run.ts')).runCommand(),
  dashboard: async () => (await import('./commands/dashboard.ts')).dashboardCommand(),
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  'external-dns': async () => (await import('./commands/external-dns.ts')).externalDnsCommand(),
  plan: async () => (await import('./commands/plan.ts')).planCommand(),
  explain: async () => (await import('./commands/explain.ts')).explainCommand(),
  import: async () => (await import('./commands/import.ts')).importCommand(),
  validate: async () => (await import('./commands/validate.ts')).validateCommand(),
  render: async () => (await import('./commands/render.ts')).renderCommand(),
  approve: async () => (await import('./commands/approve.ts')).approveCommand(),
  suspend: async () => (await import('./commands/suspend.ts')).suspendCommand(),
  resume: async () => (await import('./commands/suspend.ts')).resumeCommand(),
  rollback: async () => (await import('./commands/rollback.ts')).rollbackCommand(),
  completion: async () => (await import('./commands/completion.ts')).completionCommand(),
};

/**
 * The tree. `name` is what people typed: the command's own, or `kubectl tenants`. With arguments that begin with a command, that
 * command alone; `completion` speaks of all.
 */
export async function createProgram(name: string, [first = '']: readonly string[] = []): Promise<Command> {
  const program = new Command(name)
    .description('Turns the rows of a SQL table into tenants on Kubernetes, DNS records included')
    .version(version)
    .showHelpAfterError('(add --help for all flags)');
  const isAlone = Object.hasOwn(commands, first) && first !== 'completion';
  for (const [command, load] of Object.entries(commands)) {
    if (!isAlone || command === first) program.addCommand(await load());
  }
  return program;
}
