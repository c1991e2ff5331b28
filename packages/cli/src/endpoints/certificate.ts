/** Certificates that are replaced while they are served: of files that somebody renews, or our own. */
import { readFileSync } from 'node:fs';
import type { Logger, Timer } from '@tenant-operator/kube';
import { CommandFailure } from '../failure.ts';

export interface CertificatePair {
  readonly certificate: string;
  readonly key: string;
}

export interface Certificate {
  readonly current: CertificatePair;
  /** Is told of every newer one. */
  onChange(listener: (fresh: CertificatePair) => void): void;
  stop(): void;
}

/** The timers of a clock. */
export interface Timers {
  setTimeout(fn: () => void, ms: number): Timer;
  clearTimeout(timer: Timer): void;
}

export interface RenewalOptions {
  /** Gives the certificate that there is to be, or undefined when the present one is right; called every so many milliseconds. */
  next(current: CertificatePair): CertificatePair | undefined | Promise<CertificatePair | undefined>;
  readonly everyMs: number;
  /** Where it comes from, for the log. */
  readonly source: object;
  readonly log: Pick<Logger, 'warn'>;
  readonly timers?: Timers;
}

/** They keep no process alive. */
const machineTimers: Timers = {
  setTimeout: (fn, ms) => setTimeout(fn, ms).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Renews a certificate for as long as it is served. What fails is logged and tried again the next time; until then the last one stays. */
export function keepCertificate(first: CertificatePair, options: RenewalOptions): Certificate {
  const { next, everyMs, source, log, timers = machineTimers } = options;
  let current = first;
  let isStopped = false;
  let listener: (fresh: CertificatePair) => void = () => undefined;
  async function look(): Promise<void> {
    try {
      const fresh = await next(current);
      if (fresh === undefined || isStopped) return;
      listener(fresh);
      current = fresh;
    } catch (error) {
      log.warn({ ...source, cause: messageOf(error) }, 'a renewed certificate cannot be used');
    }
  }
  const wait = (): Timer =>
    timers.setTimeout(() => {
      void look().then(() => {
        if (!isStopped) timer = wait();
      });
    }, everyMs);
  let timer = wait();
  return {
    current: first,
    onChange(next) {
      listener = next;
    },
    stop() {
      isStopped = true;
      timers.clearTimeout(timer);
    },
  };
}

const lookEveryMs = 60_000;

/**
 * The certificate of `--NAME-tls-cert-file` and `--NAME-tls-key-file`; undefined when both are left out. Throws CommandFailure when
 * a file cannot be read now; later that is logged, and the last one stays.
 */
export function followCertificate(
  name: string,
  certificateFile: string | undefined,
  keyFile: string | undefined,
  log: Logger,
): Certificate | undefined {
  if (certificateFile === undefined && keyFile === undefined) return undefined;
  if (certificateFile === undefined || keyFile === undefined)
    throw new CommandFailure(
      `a certificate needs its key: give --${name}-tls-cert-file and --${name}-tls-key-file`,
    );
  const read = (): CertificatePair => ({
    certificate: readFileSync(certificateFile, 'utf8'),
    key: readFileSync(keyFile, 'utf8'),
  });
  let first: CertificatePair;
  try {
    first = read();
  } catch (error) {
    throw new CommandFailure(`the certificate of the ${name} cannot be read: ${messageOf(error)}`);
  }
  const next = (current: CertificatePair) => {
    const fresh = read();
    return fresh.certificate === current.certificate && fresh.key === current.key ? undefined : fresh;
  };
  return keepCertificate(first, { next, everyMs: lookEveryMs, source: { file: certificateFile }, log });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
