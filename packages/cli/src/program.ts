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

/** Speaks of all commands, whichever is asked for. */
const aboutAll: readonly string[] = ['completion'];

/** The whole tree. `name` is what people typed: the command's own, or `kubectl tenants`. */
export async function createProgram(name: string): Promise<Command> {
  return createTree(name, Object.keys(commands));
}

/** What the first of the arguments needs: that command alone, or the whole tree where it is none. */
export async function createProgramFor(name: string, [first = '']: readonly string[]): Promise<Command> {
  const isAlone = Object.hasOwn(commands, first) && !aboutAll.includes(first);
  return isAlone ? createTree(name, [first]) : createProgram(name);
}

async function createTree(name: string, wanted: readonly string[]): Promise<Command> {
  const program = new Command(name)
    .description('Turns the rows of a SQL table into tenants on Kubernetes, DNS records included')
    .version(version)
    .showHelpAfterError('(add --help for all flags)');
  for (const one of wanted) {
    const command = await commands[one]?.();
    if (command) program.addCommand(command);
  }
  return program;
}
