#!/usr/bin/env node
/** The one command of Tenant Operator. Exit codes: 0 done, 1 failed (one line says why), 2 differences found. */
import { basename } from 'node:path';
import { answerWords, modelOf } from './completion/index.ts';
import { describeCrash, restrictReports } from './crash.ts';
import { CommandFailure } from './failure.ts';
import { createProgram } from './program.ts';

// kubectl runs the file `kubectl-tenants` for `kubectl tenants`.
const calledAs = basename(process.argv[1] ?? '');
const args = process.argv.slice(2);
const isPlugin = calledAs.startsWith('kubectl-tenants');

const restricted = restrictReports(process.report);
if (restricted !== undefined) process.stderr.write(`tenant-operator: ${restricted}\n`);

try {
  // And `kubectl_complete-tenants` for what may come after it.
  if (calledAs.startsWith('kubectl_complete-tenants'))
    process.stdout.write(answerWords(modelOf(await createProgram('kubectl tenants')), args));
  else await (await createProgram(isPlugin ? 'kubectl tenants' : 'tenant-operator', args)).parseAsync();
} catch (error) {
  if (error instanceof CommandFailure) {
    process.stderr.write(`tenant-operator: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else {
    const { cause, stack = '' } = describeCrash(error);
    process.stderr.write(`tenant-operator: ${cause}; this is a mistake of ours\n${stack}\n`);
    process.exit(1);
  }
}
