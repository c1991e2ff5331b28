/** A certificate from files that somebody renews. */
import { readFileSync } from 'node:fs';
import type { Logger } from '@tenant-operator/kube';
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
  let current: CertificatePair;
  try {
    current = read();
  } catch (error) {
    throw new CommandFailure(`the certificate of the ${name} cannot be read: ${messageOf(error)}`);
  }
  let listener: (fresh: CertificatePair) => void = () => undefined;
  const timer = setInterval(() => {
    try {
      const fresh = read();
      if (fresh.certificate === current.certificate && fresh.key === current.key) return;
      listener(fresh);
      current = fresh;
    } catch (error) {
      log.warn({ file: certificateFile, cause: messageOf(error) }, 'a renewed certificate cannot be used');
    }
  }, lookEveryMs);
  timer.unref();
  return {
    current,
    onChange(next) {
      listener = next;
    },
    stop: () => clearInterval(timer),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
