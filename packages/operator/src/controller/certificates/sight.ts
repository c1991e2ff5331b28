/** Whether Certificates can be seen; watches them from the first time somebody asks. */
import type { Clock, Timer } from '@tenant-operator/kube';
import { CERTIFICATE, type ChildWatcher } from '../../children/index.ts';

export interface CertificateSight {
  /** `absent`: the server does not serve the kind; `unknown`: not listed yet. */
  look(): Promise<'absent' | 'unknown' | 'seen'>;
  stop(): void;
}

/** A cluster without cert-manager is asked again so often, in milliseconds: it is installed once, if ever. */
const askAgainMs = 600_000;

export function createCertificateSight(
  watcher: Pick<ChildWatcher, 'watch' | 'hasSynced'>,
  clock: Clock,
): CertificateSight {
  let isServed: boolean | undefined;
  let timer: Timer | undefined;

  async function ask(): Promise<void> {
    isServed = await watcher.watch(CERTIFICATE);
    // Its first list, once there is one, has every Tenant looked at.
    if (!isServed) timer ??= clock.setTimeout(askLater, askAgainMs);
  }

  function askLater(): void {
    timer = undefined;
    ask().catch(() => {
      timer ??= clock.setTimeout(askLater, askAgainMs);
    });
  }

  return {
    async look() {
      if (isServed === undefined) await ask();
      if (!isServed) return 'absent';
      return watcher.hasSynced(CERTIFICATE) ? 'seen' : 'unknown';
    },
    stop() {
      if (timer) clock.clearTimeout(timer);
    },
  };
}
