#!/usr/bin/env node
/** The one command of Tenant Operator. Exit codes: 0 done, 1 failed (one line says why), 2 differences found. */
import { Command } from 'commander';
import { dashboardCommand } from './commands/dashboard.ts';
import { demoCommand } from './commands/demo.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { runCommand } from './commands/run.ts';
import { CommandFailure } from './failure.ts';

const program = new Command('tenant-operator')
  .description('Turns the rows of a SQL table into tenants on Kubernetes, DNS records included')
  .version('0.1.0')
  .showHelpAfterError('(add --help for all flags)')
  .addCommand(runCommand())
  .addCommand(dashboardCommand())
  .addCommand(demoCommand())
  .addCommand(rollbackCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommandFailure)) throw error;
  process.stderr.write(`tenant-operator: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
