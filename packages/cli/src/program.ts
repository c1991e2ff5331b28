/** The tree of commands. */
import { Command } from 'commander';
import { approveCommand } from './commands/approve.ts';
import { completionCommand } from './commands/completion.ts';
import { dashboardCommand } from './commands/dashboard.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { externalDnsCommand } from './commands/external-dns.ts';
import { importCommand } from './commands/import.ts';
import { planCommand } from './commands/plan.ts';
import { renderCommand } from './commands/render.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { runCommand } from './commands/run.ts';
import { resumeCommand, suspendCommand } from './commands/suspend.ts';
import { validateCommand } from './commands/validate.ts';
import { version } from './version.ts';

/** `name` is what people typed: the command's own, or `kubectl tenants`. */
export function createProgram(name: string): Command {
  return new Command(name)
    .description('Turns the rows of a SQL table into tenants on Kubernetes, DNS records included')
    .version(version)
    .showHelpAfterError('(add --help for all flags)')
    .addCommand(runCommand())
    .addCommand(dashboardCommand())
    .addCommand(demoCommand())
    .addCommand(doctorCommand())
    .addCommand(externalDnsCommand())
    .addCommand(planCommand())
    .addCommand(explainCommand())
    .addCommand(importCommand())
    .addCommand(validateCommand())
    .addCommand(renderCommand())
    .addCommand(approveCommand())
    .addCommand(suspendCommand())
    .addCommand(resumeCommand())
    .addCommand(rollbackCommand())
    .addCommand(completionCommand());
}
