import { createQueue, type Outcome } from '@tenant-operator/kube';
import { isAllowed } from './addresses.ts';
import type { Answer, HostVerdict, ProbeReport, Prober, ProberOptions, ProbeTarget } from './index.ts';
import { judgeAnswer } from './judge.ts';

interface Entry {
  readonly target: ProbeTarget;
  readonly digest: string;
  report?: ProbeReport;
  /** Rounds in a row in which a host did not answer well. */
  failures: number;
}

const maxHosts = 10;
/** Of one host: the next is asked where one is out of reach. */
const maxAddresses = 3;
/** What does not answer well is asked again sooner: doubled from the first to the last, in milliseconds. */
const firstPauseMs = 5_000;
const lastPauseMs = 60_000;

/** Creates a prober; nobody is asked before `start`. */
export function createProber(options: ProberOptions): Prober {
  const { resolve, ask, allowsPrivate, onChange, onProbe, clock, log, random = Math.random } = options;
  const { concurrency = 8, perSecond = 10 } = options;
  const entries = new Map<string, Entry>();
  let isStopped = false;

  const jittered = (ms: number) => ms * (0.9 + random() * 0.2);
  const shareMs = () => (entries.size / perSecond) * 1_000;

  async function askHost(host: string, target: ProbeTarget, signal: AbortSignal): Promise<HostVerdict> {
    const resolution = await resolve(host, target.nameservers, signal);
    if (resolution.kind === 'failed') return { host, reason: 'NotAnswering', message: resolution.detail };
    const allowed = resolution.addresses.filter((address) => isAllowed(address, allowsPrivate));
    if (allowed.length === 0) {
      const message = `${resolution.addresses[0]} is no address of the public internet, and is not asked`;
      return { host, reason: 'AddressNotAllowed', message };
    }
    let answer: Answer = { kind: 'silent', detail: '' };
    const until = clock.monotonic() + target.timeoutSeconds * 1_000;
    for (const address of allowed.slice(0, maxAddresses)) {
      const timeoutMs = until - clock.monotonic();
      if (timeoutMs <= 0) break;
      answer = await ask({ host, address, path: target.path, timeoutMs }, signal);
      if (answer.kind !== 'silent') break;
    }
    return judgeAnswer(host, answer);
  }

  async function askAll(target: ProbeTarget, signal: AbortSignal): Promise<ProbeReport> {
    const verdicts: HostVerdict[] = [];
    for (const host of target.hosts.slice(0, maxHosts)) {
      const began = clock.monotonic();
      const verdict = await askHost(host, target, signal);
      onProbe?.(verdict.reason, clock.monotonic() - began);
      verdicts.push(verdict);
    }
    return { verdicts };
  }

  const queue = createQueue({
    name: 'probe',
    concurrency,
    clock,
    random,
    backoff: { baseMs: firstPauseMs, maxMs: lastPauseMs },
    log,
    async work(key, { signal }): Promise<Outcome> {
      const entry = entries.get(key);
      if (!entry) return { kind: 'done' };
      const report = await askAll(entry.target, signal);
      // Other hosts, or none, took their place meanwhile: those have been queued.
      if (isStopped || entries.get(key) !== entry) return { kind: 'done' };
      const restMs = Math.max(entry.target.intervalSeconds * 1_000, shareMs());
      const isWell = report.verdicts.every(({ reason }) => reason === 'Answering');
      const wasWell = entry.report?.verdicts.every(({ reason }) => reason === 'Answering') ?? false;
      const isRefusal = report.verdicts.every(
        ({ reason }) => reason === 'Answering' || reason === 'AddressNotAllowed',
      );
      entry.failures = isWell ? 0 : entry.failures + 1;
      // A single answer that is missing is no news: it is asked once more before it is told.
      const isTold = isWell || !wasWell || entry.failures > 1;
      if (isTold) {
        const hasChanged = JSON.stringify(entry.report) !== JSON.stringify(report);
        entry.report = report;
        if (hasChanged) onChange(key);
      }
      if (isWell || isRefusal) return { kind: 'after', ms: jittered(restMs) };
      const pauseMs = Math.min(restMs, lastPauseMs, firstPauseMs * 2 ** Math.min(entry.failures - 1, 10));
      return { kind: 'after', ms: jittered(Math.max(pauseMs, shareMs())) };
    },
  });

  return {
    track(key, target) {
      const digest = JSON.stringify(target);
      const known = entries.get(key);
      if (known?.digest === digest) return;
      entries.set(key, { target, digest, failures: 0 });
      // After a start all tenants come at once: they are asked one after the other.
      if (known) queue.add(key);
      else queue.addAfter(key, random() * shareMs());
    },
    untrack(key) {
      entries.delete(key);
      queue.forget(key);
    },
    check(key) {
      const entry = entries.get(key);
      if (!entry) return;
      entry.failures = 0;
      queue.add(key);
    },
    report: (key) => entries.get(key)?.report,
    start: () => queue.start(),
    async stop() {
      isStopped = true;
      await queue.stop();
    },
  };
}
