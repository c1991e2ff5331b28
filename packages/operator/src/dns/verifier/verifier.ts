import { isDeepStrictEqual } from 'node:util';
import { createQueue, type Outcome, systemClock } from '@tenant-operator/kube';
import type { ExpectedRecord } from '../expected/index.ts';
import {
  publishVerdict,
  type RecordState,
  removalVerdict,
  silentVerdicts,
  summarize,
  type Verdict,
  verdictWithoutAsking,
} from '../verdict/index.ts';
import type { DnsVerifier, Report, Target, VerifierOptions } from './index.ts';
import { observe } from './observe.ts';

interface Entry {
  target: Target;
  report?: Report;
  /** Looks in a row that found something unfinished. */
  attempts: number;
}

/** States that only a change elsewhere can end, and those that need no haste. */
const AT_REST = new Set<RecordState>(['published', 'gone', 'left']);

// SRV records are managed only where somebody asked for them; nobody waits for them.
function verifiable(target: Target): readonly ExpectedRecord[] {
  const records = target.mode === 'publish' ? target.expectation.records : target.records;
  return records.filter(({ type }) => type !== 'SRV');
}

/** What needs no question is known at once; undefined when a server has to be asked. */
function verdictsWithoutAsking(target: Target): Verdict[] | undefined {
  if (target.mode !== 'publish') return undefined;
  const verdicts: Verdict[] = [];
  for (const record of verifiable(target)) {
    const verdict = verdictWithoutAsking(record, target.settings);
    if (!verdict) return undefined;
    verdicts.push(verdict);
  }
  return verdicts;
}

function isSame(left: Report | undefined, right: Report): boolean {
  return (
    left !== undefined &&
    left.mode === right.mode &&
    JSON.stringify(left.verdicts) === JSON.stringify(right.verdicts)
  );
}

/** Creates a verifier; nothing is asked before `start`. */
export function createDnsVerifier(options: VerifierOptions): DnsVerifier {
  const {
    lookup,
    zones,
    zonesAt,
    onChange,
    clock = systemClock,
    random = Math.random,
    concurrency = 16,
  } = options;
  const { recheckMs = 300_000, rechecksPerSecond = 10, backoff = { baseMs: 1000, maxMs: 30_000 } } = options;
  const entries = new Map<string, Entry>();
  /** Keys whose last look found something unfinished. */
  const open = new Set<string>();
  let checks = 0;
  let isStopped = false;

  const jittered = (ms: number) => ms * (0.9 + random() * 0.2);
  const restMs = () => Math.max(recheckMs, (entries.size / rechecksPerSecond) * 1000);
  // Ten thousand names without a zone must not be asked for every half minute for ever.
  const pauseMs = () => Math.max(backoff.maxMs, (open.size / rechecksPerSecond) * 1000);

  const judge = async (record: ExpectedRecord, target: Target, signal: AbortSignal): Promise<Verdict> => {
    const { settings } = target;
    if (target.mode === 'publish') {
      const early = verdictWithoutAsking(record, settings);
      if (early) return early;
    }
    const at = target.nameservers && zonesAt ? zonesAt(target.nameservers) : zones;
    const observation = await observe(record, { lookup, zones: at, settings, mode: target.mode, signal });
    if (target.mode === 'publish') return publishVerdict(record, observation, settings);
    const resources = new Set(target.records.map(({ resource }) => resource));
    return removalVerdict(record, observation, settings, {
      resources,
      isOverdue: clock.now() >= target.overdueAt,
    });
  };

  const look = async (target: Target, signal: AbortSignal): Promise<Report> =>
    reportOf(target, await Promise.all(verifiable(target).map((record) => judge(record, target, signal))));

  const reportOf = (target: Target, found: readonly Verdict[]): Report => {
    const silent = target.mode === 'publish' ? silentVerdicts(target.expectation.silent) : [];
    const nameAndType = ({ name, type, setIdentifier }: Verdict) => `${name} ${type} ${setIdentifier}`;
    const verdicts = [...found, ...silent].sort((left, right) =>
      nameAndType(left) < nameAndType(right) ? -1 : 1,
    );
    return { mode: target.mode, verdicts, summary: summarize(verdicts), checkedAt: clock.now() };
  };

  /** When to come back: rarely to what rests, soon to what is under way, never to what no question can change. */
  const next = (key: string, entry: Entry, report: Report): Outcome => {
    open.delete(key);
    const isOver = report.mode === 'removal' && report.verdicts.every(({ state }) => state === 'gone');
    if (verdictsWithoutAsking(entry.target) || isOver) return { kind: 'done' };
    const waiting = report.verdicts.filter(({ type, state }) => type !== '' && !AT_REST.has(state));
    if (waiting.length === 0) {
      entry.attempts = 0;
      return { kind: 'after', ms: jittered(restMs()) };
    }
    open.add(key);
    const pause = jittered(Math.min(pauseMs(), backoff.baseMs * 2 ** Math.min(entry.attempts, 20)));
    entry.attempts += 1;
    const leftMs = entry.target.mode === 'removal' ? entry.target.overdueAt - clock.now() : 0;
    return { kind: 'after', ms: leftMs > 0 ? Math.min(pause, leftMs) : pause };
  };

  const queue = createQueue({
    name: 'dns',
    concurrency,
    clock,
    random,
    backoff,
    ...(options.log ? { log: options.log } : {}),
    async work(key, { signal }) {
      const entry = entries.get(key);
      if (!entry) return { kind: 'done' };
      const { target } = entry;
      checks += 1;
      const report = await look(target, signal);
      // Another target, or none, took its place meanwhile: that one has been queued.
      if (isStopped || entries.get(key)?.target !== target) return { kind: 'done' };
      const hasChanged = !isSame(entry.report, report);
      entry.report = report;
      if (hasChanged) onChange(key, report);
      return next(key, entry, report);
    },
  });

  return {
    track(key, target, { isSettled = false } = {}) {
      const before = entries.get(key);
      if (before && isDeepStrictEqual(before.target, target)) return;
      const isNew = before === undefined;
      const known = verdictsWithoutAsking(target);
      const report = known && reportOf(target, known);
      entries.set(key, { target, attempts: 0, ...(report ? { report } : {}) });
      if (report) open.delete(key);
      else if (isNew && isSettled) queue.addAfter(key, random() * restMs());
      else queue.add(key);
    },
    untrack(key) {
      entries.delete(key);
      open.delete(key);
      queue.forget(key);
    },
    check(key) {
      const entry = entries.get(key);
      if (!entry) return;
      entry.attempts = 0;
      queue.add(key);
    },
    report: (key) => entries.get(key)?.report,
    start: () => queue.start(),
    async stop() {
      isStopped = true;
      await queue.stop();
    },
    get stats() {
      const records = { published: 0, pending: 0, failed: 0, unknown: 0, gone: 0, remains: 0, left: 0 };
      for (const { report } of entries.values()) {
        for (const { state } of report?.verdicts ?? []) records[state] += 1;
      }
      return { tracked: entries.size, checks, records };
    },
  };
}
