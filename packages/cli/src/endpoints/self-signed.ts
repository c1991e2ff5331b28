/** A certificate for this process alone: it keeps a token from whoever listens in, and proves nothing. */
import { hostname } from 'node:os';
import type { Logger } from '@tenant-operator/kube';
import { issueAuthority, issueServing } from '@tenant-operator/operator/certificates';
import { type Certificate, keepCertificate, type Timers } from './certificate.ts';

const renewEveryMs = 30 * 24 * 3_600_000;
/** A renewal that fails has two months of these left. */
const lookEveryMs = 3_600_000;

export interface SelfSignedOptions {
  readonly log: Pick<Logger, 'warn'>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly timers?: Timers;
}

export async function makeCertificate({
  log,
  now = Date.now,
  timers,
}: SelfSignedOptions): Promise<Certificate> {
  const issue = async (at: number) =>
    issueServing(await issueAuthority(at), [hostname(), 'localhost', '127.0.0.1'], at);
  let made = now();
  const first = await issue(made);
  const next = async () => {
    const at = now();
    if (at - made < renewEveryMs) return undefined;
    const fresh = await issue(at);
    made = at;
    return fresh;
  };
  const source = { source: 'made by this process' };
  return keepCertificate(first, { next, everyMs: lookEveryMs, source, log, ...(timers ? { timers } : {}) });
}
