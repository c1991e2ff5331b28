import { spawn } from 'node:child_process';
import { inNamespace, namespaceProblem } from './index.ts';

/** Runs a command line in a network namespace of its own, with our input and output; gives its exit code. */
export async function enter(commandLine: readonly string[]): Promise<number> {
  const problem = namespaceProblem();
  if (problem) {
    console.error(`rig: no data path here: ${problem}`);
    return 1;
  }
  const { command, discard } = inNamespace(commandLine);
  const [program = '', ...args] = command;
  // A terminal sends its signals to the child as well; others are handed on.
  const child = spawn(program, args, { stdio: 'inherit' });
  const handOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, handOn);
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      console.error(`rig: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (exitCode) => resolve(exitCode ?? 1));
  });
  for (const signal of signals) process.off(signal, handOn);
  discard();
  return code;
}
