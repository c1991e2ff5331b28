import { systemClock } from '@tenant-operator/kube';
import { type Answer, createSmallServer } from '../http/index.ts';
import type { HealthOptions, HealthServer } from './index.ts';
import { type Durations, type HealthFacts, liveness, type Probe, readiness } from './verdict.ts';

/** `/healthz` and `/readyz`, with `/livez` for those who know the API server's names: one line for each check. */
export function createHealthServer(options: HealthOptions): HealthServer {
  const { facts, bind, log, clock = systemClock } = options;
  const caches = createStopwatch(() => clock.monotonic());
  const lease = createStopwatch(() => clock.monotonic());

  function look(): { now: HealthFacts; durations: Durations } {
    const now = facts();
    return {
      now,
      durations: {
        cachesMs: caches(now.caches.some(({ trouble }) => trouble !== undefined)),
        leaseMs: lease(now.role === 'leading' && !now.isHeld),
      },
    };
  }

  const answer = (name: string, judge: (facts: HealthFacts, durations: Durations) => Probe) => (): Answer => {
    const { now, durations } = look();
    return probeAnswer(name, judge(now, durations));
  };
  return createSmallServer({
    name: 'health',
    bind,
    log,
    paths: {
      '/healthz': answer('healthz', liveness),
      '/livez': answer('livez', liveness),
      '/readyz': answer('readyz', readiness),
    },
  });
}

function probeAnswer(name: string, { isWell, checks }: Probe): Answer {
  const lines = checks.map(({ name: check, failure, note }) =>
    failure === undefined
      ? `[+]${check} ok${note === undefined ? '' : `: ${note}`}`
      : `[-]${check} failed: ${failure}`,
  );
  return {
    status: isWell ? 200 : 503,
    body: `${[...lines, `${name} check ${isWell ? 'passed' : 'failed'}`].join('\n')}\n`,
  };
}

/** For how long something has been so without a break, as far as it was looked at. */
function createStopwatch(now: () => number): (isSo: boolean) => number {
  let since: number | undefined;
  return (isSo) => {
    since = isSo ? (since ?? now()) : undefined;
    return since === undefined ? 0 : now() - since;
  };
}
