#!/usr/bin/env node
/** The one command of Tenant Operator. Exit codes: 0 done, 1 failed (one line says why), 2 differences found. */
import { basename } from 'node:path';
import { CommandFailure } from './failure.ts';
import { createProgram } from './program.ts';

// kubectl runs the file `kubectl-tenants` for `kubectl tenants`.
const isPlugin = basename(process.argv[1] ?? '').startsWith('kubectl-tenants');

try {
  await createProgram(isPlugin ? 'kubectl tenants' : 'tenant-operator').parseAsync();
} catch (error) {
  if (!(error instanceof CommandFailure)) throw error;
  process.stderr.write(`tenant-operator: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
