/** A certificate for this process alone: it keeps a token from whoever listens in, and proves nothing. */
import { hostname } from 'node:os';
import { issueAuthority, issueServing } from '@tenant-operator/operator/certificates';
import type { Certificate } from './certificate.ts';

const renewEveryMs = 30 * 24 * 3_600_000;
/** A timer cannot wait longer. */
const maxTimerMs = 24 * 3_600_000;

/** `now` is milliseconds since the epoch. */
export async function makeCertificate(now: number): Promise<Certificate> {
  const issue = async (at: number) =>
    issueServing(await issueAuthority(at), [hostname(), 'localhost', '127.0.0.1'], at);
  const current = await issue(now);
  let made = now;
  let listener: Parameters<Certificate['onChange']>[0] = () => undefined;
  const timer = setInterval(() => {
    const at = Date.now();
    if (at - made < renewEveryMs) return;
    made = at;
    void issue(at).then((fresh) => listener(fresh));
  }, maxTimerMs);
  timer.unref();
  return {
    current,
    onChange(next) {
      listener = next;
    },
    stop: () => clearInterval(timer),
  };
}
