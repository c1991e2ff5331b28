import { createFakeClock, silentLogger } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { createHealthServer, type HealthFacts, liveness, readiness } from './index.ts';

const filled = { kind: 'Tenant', isFilled: true };
const facts = (change: Partial<HealthFacts> = {}): HealthFacts => ({
  role: 'leading',
  isHeld: true,
  caches: [filled],
  webhook: 'serving',
  ...change,
});

describe('readiness', () => {
  it.each([
    { reason: 'the leader', change: {}, isWell: true },
    { reason: 'a standby is what takes over', change: { role: 'contending', isHeld: false }, isWell: true },
    { reason: 'without a webhook', change: { webhook: undefined }, isWell: true },
    { reason: 'before anything', change: { role: 'starting', caches: [] }, isWell: false },
    { reason: 'an empty cache', change: { caches: [{ kind: 'Tenant', isFilled: false }] }, isWell: false },
    { reason: 'a webhook without a certificate', change: { webhook: 'starting' }, isWell: false },
    { reason: 'on its way out', change: { role: 'stopping' }, isWell: false },
    {
      reason: 'a watch that is being made anew',
      change: { caches: [{ ...filled, trouble: 'connection reset' }] },
      cachesMs: 59_000,
      isWell: true,
    },
    {
      reason: 'a watch that has been away for long',
      change: { caches: [{ ...filled, trouble: 'connection refused' }] },
      cachesMs: 60_000,
      isWell: false,
    },
  ] as { reason: string; change: Partial<HealthFacts>; cachesMs?: number; isWell: boolean }[])(
    'of $reason',
    ({ change, cachesMs = 0, isWell }) => {
      expect(readiness(facts(change), { cachesMs, leaseMs: 0 }).isWell).toBe(isWell);
    },
  );
});

describe('liveness', () => {
  it.each([
    { reason: 'a leader', change: {}, leaseMs: 0, isWell: true },
    {
      reason: 'a standby holds no lease',
      change: { role: 'contending', isHeld: false },
      leaseMs: 0,
      isWell: true,
    },
    { reason: 'a leader that is ending', change: { isHeld: false }, leaseMs: 20_000, isWell: true },
    { reason: 'a leader that hangs', change: { isHeld: false }, leaseMs: 60_000, isWell: false },
    {
      reason: 'a start that takes its time',
      change: { role: 'starting', caches: [] },
      leaseMs: 0,
      isWell: true,
    },
  ] as { reason: string; change: Partial<HealthFacts>; leaseMs: number; isWell: boolean }[])(
    'of $reason',
    ({ change, leaseMs, isWell }) => {
      expect(liveness(facts(change), { cachesMs: 0, leaseMs }).isWell).toBe(isWell);
    },
  );
});

describe('the server of the probes', () => {
  it('says what is wrong, and for how long it has been', async () => {
    const clock = createFakeClock();
    let now = facts();
    const server = createHealthServer({
      facts: () => now,
      bind: { host: '127.0.0.1', port: 0 },
      log: silentLogger,
      clock,
    });
    const port = await server.start();
    const ask = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return `${response.status} ${(await response.text()).trimEnd()}`;
    };
    try {
      expect(await ask('/readyz')).toBe(
        '200 [+]caches ok\n[+]webhook ok\n[+]role ok: leader\nreadyz check passed',
      );
      now = facts({ caches: [{ ...filled, trouble: 'connection refused' }] });
      expect(await ask('/readyz')).toContain(
        '200 [+]caches ok: being watched anew: Tenant (connection refused)',
      );
      await clock.advance(61_000);
      expect(await ask('/readyz')).toContain(
        '503 [-]caches failed: stale for 61 s: Tenant (connection refused)',
      );
      now = facts();
      expect(await ask('/readyz')).toContain('200');
      now = facts({ isHeld: false });
      expect(await ask('/healthz')).toContain('200');
      await clock.advance(60_000);
      expect(await ask('/livez')).toBe(
        '503 [-]lease failed: lost for 60 s, and the process did not end\nlivez check failed',
      );
      expect(await ask('/other')).toContain('404');
      const post = await fetch(`http://127.0.0.1:${port}/readyz`, { method: 'POST' });
      expect(post.status).toBe(405);
    } finally {
      await server.stop();
    }
  });
});
