import { createFakeClock } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { type CertificatePair, keepCertificate } from './certificate.ts';
import { makeCertificate } from './self-signed.ts';

const pair = (name: string): CertificatePair => ({ certificate: name, key: `${name} key` });
const day = 24 * 3_600_000;

function createLog() {
  const warnings: unknown[] = [];
  return { warnings, warn: (fields: unknown) => void warnings.push(fields) };
}

function keep(next: (current: CertificatePair) => CertificatePair | undefined) {
  const clock = createFakeClock();
  const log = createLog();
  const served: string[] = [];
  const kept = keepCertificate(pair('first'), {
    next,
    everyMs: 1_000,
    source: { file: 'tls.crt' },
    log,
    timers: clock,
  });
  kept.onChange(({ certificate }) => {
    if (certificate === 'garbage') throw new Error('no PEM');
    served.push(certificate);
  });
  return { clock, kept, served, warnings: log.warnings };
}

describe('a certificate that is kept', () => {
  it('is handed on when it is another one, once', async () => {
    const { clock, served } = keep((current) =>
      current.certificate === 'first' ? pair('second') : undefined,
    );
    await clock.advance(5_000);
    expect(served).toEqual(['second']);
  });

  it.each([
    ['cannot be had', 'gone', 'gone'],
    ['cannot be served', 'garbage', 'no PEM'],
  ])('that %s is warned of and tried again, and the last one stays', async (_reason, given, cause) => {
    let count = 0;
    const { clock, served, warnings } = keep(() => {
      count += 1;
      if (count > 2) return count === 3 ? pair('third') : undefined;
      if (given === 'gone') throw new Error('gone');
      return pair(given);
    });
    await clock.advance(2_500);
    expect(warnings).toEqual([
      { file: 'tls.crt', cause },
      { file: 'tls.crt', cause },
    ]);
    expect(served).toEqual([]);
    await clock.advance(3_000);
    expect(served).toEqual(['third']);
  });

  it('is left alone after the end', async () => {
    const { clock, kept, served } = keep(() => pair('second'));
    kept.stop();
    await clock.advance(5_000);
    expect(served).toEqual([]);
    expect(clock.pending()).toBe(0);
  });
});

describe('a certificate of our own', () => {
  it('is renewed after a month', async () => {
    const clock = createFakeClock();
    const log = createLog();
    const made = await makeCertificate({ log, now: clock.now, timers: clock });
    const served: string[] = [];
    made.onChange(({ certificate }) => void served.push(certificate));
    // Keys are made outside of the fake clock's knowledge: until it waits again.
    const look = async () => {
      await clock.advance(3_600_000);
      const deadline = performance.now() + 10_000;
      while (clock.pending() === 0 && performance.now() < deadline)
        await new Promise((resolve) => setImmediate(resolve));
    };
    clock.jump(29 * day);
    await look();
    expect(served).toEqual([]);
    clock.jump(2 * day);
    await look();
    expect(served).toHaveLength(1);
    expect(served[0]).not.toBe(made.current.certificate);
    expect(log.warnings).toEqual([]);
    made.stop();
  });
});
