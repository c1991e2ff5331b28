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

/** Throws CommandFailure when a file cannot be read now; later that is logged, and the last one stays. */
export function followCertificate(certificateFile: string, keyFile: string, log: Logger): Certificate {
  const read = (): CertificatePair => ({
    certificate: readFileSync(certificateFile, 'utf8'),
    key: readFileSync(keyFile, 'utf8'),
  });
  let current: CertificatePair;
  try {
    current = read();
  } catch (error) {
    throw new CommandFailure(`the certificate of the metrics cannot be read: ${messageOf(error)}`);
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
