import { createFakeClock } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { createCertificateSight } from './sight.ts';

function setUp() {
  const clock = createFakeClock();
  const server = { isServed: false, isListed: false, asked: 0 };
  const watcher = {
    watch: () => {
      server.asked += 1;
      return Promise.resolve(server.isServed);
    },
    hasSynced: () => server.isListed,
  };
  return { clock, server, sight: createCertificateSight(watcher, clock) };
}

describe('createCertificateSight', () => {
  it('asks a cluster without cert-manager once, and again after ten minutes', async () => {
    const { clock, server, sight } = setUp();
    for (let i = 0; i < 3; i++) expect(await sight.look()).toBe('absent');
    expect(server.asked).toBe(1);
    await clock.advance(600_000);
    expect(server.asked).toBe(2);
    server.isServed = true;
    await clock.advance(600_000);
    expect(await sight.look()).toBe('unknown');
    server.isListed = true;
    expect(await sight.look()).toBe('seen');
    await clock.advance(6_000_000);
    expect(server.asked).toBe(3);
  });

  it('asks no more once it is stopped', async () => {
    const { clock, server, sight } = setUp();
    await sight.look();
    sight.stop();
    await clock.advance(6_000_000);
    expect(server.asked).toBe(1);
  });
});
