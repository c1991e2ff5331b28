/**
 * What a process that fails leaves behind: a line that says why and where. Not the fields of an error, in which libraries keep
 * statements, answers and settings, and not the environment, which Node writes into its diagnostic reports.
 */
import type { Logger } from '@tenant-operator/kube';

/** `process.report`, and `excludeEnv` where this Node knows it (22.13, 23.3 and newer). */
interface Reports {
  excludeEnv?: boolean;
  reportOnFatalError: boolean;
  reportOnSignal: boolean;
  reportOnUncaughtException: boolean;
}

/**
 * Keeps the environment out of diagnostic reports. Where Node cannot, reports that were asked for are not written; then it says
 * so in a sentence.
 */
export function restrictReports(reports: Reports | undefined): string | undefined {
  if (!reports) return undefined;
  if ('excludeEnv' in reports) {
    reports.excludeEnv = true;
    return undefined;
  }
  const { reportOnFatalError, reportOnSignal, reportOnUncaughtException } = reports;
  const isAskedFor = reportOnFatalError || reportOnSignal || reportOnUncaughtException;
  Object.assign(reports, {
    reportOnFatalError: false,
    reportOnSignal: false,
    reportOnUncaughtException: false,
  });
  return isAskedFor
    ? 'diagnostic reports are off: this version of Node cannot leave the environment out of them; 22.13 and newer can'
    : undefined;
}

/** Name, message and stack of what was thrown, whatever else hangs on it. */
export function describeCrash(thrown: unknown): { readonly cause: string; readonly stack?: string } {
  if (!(thrown instanceof Error))
    return { cause: `what was thrown is no error but a value of type ${typeof thrown}` };
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { cause: `${thrown.name}: ${thrown.message}`, stack: frames.map((line) => line.trim()).join('\n') };
}

/** An error that nobody caught is logged without its fields, and the process ends with 1: what it knows may be wrong. */
export function logCrashes(log: Pick<Logger, 'error'>): void {
  process.on('uncaughtException', (thrown: unknown) => {
    log.error(describeCrash(thrown), 'the process fails; this is a mistake of ours');
    process.exit(1);
  });
}
