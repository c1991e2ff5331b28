#!/usr/bin/env node
/** The one command of Tenant Operator. Exit codes: 0 done, 1 failed (one line says why), 2 differences found. */
import { Command } from 'commander';
import { approveCommand } from './commands/approve.ts';
import { dashboardCommand } from './commands/dashboard.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { externalDnsCommand } from './commands/external-dns.ts';
import { renderCommand } from './commands/render.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { runCommand } from './commands/run.ts';
import { resumeCommand, suspendCommand } from './commands/suspend.ts';
import { validateCommand } from './commands/validate.ts';
import { CommandFailure } from './failure.ts';
import { version } from './version.ts';

const program = new Command('tenant-operator')
  .description('Turns the rows of a SQL table into tenants on Kubernetes, DNS records included')
  .version(version)
  .showHelpAfterError('(add --help for all flags)')
  .addCommand(runCommand())
  .addCommand(dashboardCommand())
  .addCommand(demoCommand())
  .addCommand(doctorCommand())
  .addCommand(externalDnsCommand())
  .addCommand(validateCommand())
  .addCommand(renderCommand())
  .addCommand(approveCommand())
  .addCommand(suspendCommand())
  .addCommand(resumeCommand())
  .addCommand(rollbackCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommandFailure)) throw error;
  process.stderr.write(`tenant-operator: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
