import { createFakeClock } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import type { SourceFailure } from './failure.ts';
import { createHintGate, createHints, type Listener } from './hints.ts';

const gapMs = 1_000;

describe('createHintGate', () => {
  it.each([
    ['one notification', [0], [0]],
    ['a burst is a hint at its begin and one when the gap is over', [0, 1, 2, 500, 999], [0, 1_000]],
    ['two that are far apart', [0, 5_000], [0, 5_000]],
    ['what comes in the gap of the second hint waits for the next', [0, 100, 1_100], [0, 1_000, 2_000]],
    [
      'an endless stream is one hint a gap',
      Array.from({ length: 30 }, (_, n) => n * 100),
      [0, 1_000, 2_000, 3_000],
    ],
  ])('%s', async (_reason, notifications, expected) => {
    const clock = createFakeClock();
    const hints: number[] = [];
    const gate = createHintGate(clock, () => hints.push(clock.monotonic()));
    for (const at of notifications) {
      await clock.advance(at - clock.monotonic());
      gate.hint();
    }
    await clock.advance(2 * gapMs);
    expect(hints).toEqual(expected);
    expect(clock.pending()).toBe(0);
  });

  it('is silent once it is closed', async () => {
    const clock = createFakeClock();
    let hints = 0;
    const gate = createHintGate(clock, () => hints++);
    gate.hint();
    gate.hint();
    gate.close();
    gate.hint();
    await clock.advance(10 * gapMs);
    expect([hints, clock.pending()]).toEqual([1, 0]);
  });
});

/** A server whose connections a test opens, refuses and loses. */
function createServer() {
  const clock = createFakeClock();
  const tries: number[] = [];
  const troubles: string[] = [];
  const hints: number[] = [];
  let current: { lose(cause: Error): void; notify(): void } | undefined;
  const server = {
    clock,
    tries,
    troubles,
    hints,
    refusal: undefined as string | undefined,
    drops: false,
    lose: (cause: string) => current?.lose(new Error(cause)),
    notify: () => current?.notify(),
    subject: createHints({
      clock,
      random: () => 1,
      explain: (error): SourceFailure => ({ reason: 'SourceUnreachable', message: (error as Error).message }),
      listen: async (onNotification, signal): Promise<Listener> => {
        tries.push(clock.monotonic());
        if (server.refusal !== undefined) throw new Error(server.refusal);
        const lost = new Promise<unknown>((resolve) => {
          if (server.drops) resolve(new Error('dropped'));
          current = { lose: resolve, notify: onNotification };
          signal.addEventListener('abort', () => resolve(new Error('cut')));
        });
        return { lost, end: async () => undefined };
      },
    }),
    start: () =>
      server.subject.start({
        onHint: () => hints.push(clock.monotonic()),
        onTrouble: ({ message }) => troubles.push(message),
      }),
  };
  return server;
}

describe('createHints', () => {
  it('passes notifications on; the first connection is no hint', async () => {
    const server = createServer();
    server.start();
    await server.clock.advance(10);
    expect(server.hints).toEqual([]);
    server.notify();
    expect(server.hints).toEqual([10]);
    await server.subject.stop();
  });

  it('connects once, however often it is started', async () => {
    const server = createServer();
    server.start();
    server.start();
    await server.clock.advance(0);
    expect(server.tries).toEqual([0]);
    await server.subject.stop();
  });

  it('backs off while it is refused, up to a minute, and tells the cause once until it changes', async () => {
    const server = createServer();
    server.refusal = 'refused';
    server.start();
    await server.clock.advance(200_000);
    expect(server.tries).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000, 123_000, 183_000]);
    server.refusal = 'no password';
    await server.clock.advance(60_000);
    expect(server.troubles).toEqual(['refused', 'no password']);
    await server.subject.stop();
    expect(server.clock.pending()).toBe(0);
  });

  it('makes up for what it missed with one hint, after a connection that was lost', async () => {
    const server = createServer();
    server.start();
    await server.clock.advance(100_000);
    server.lose('gone');
    await server.clock.advance(1_000);
    expect(server.hints).toEqual([101_000]);
    expect(server.troubles).toEqual(['gone']);
    await server.subject.stop();
  });

  it('gives no hint when it was refused at first: nothing was read before', async () => {
    const server = createServer();
    server.refusal = 'refused';
    server.start();
    await server.clock.advance(500);
    server.refusal = undefined;
    await server.clock.advance(5_000);
    expect([server.tries, server.hints]).toEqual([[0, 1_000], []]);
    await server.subject.stop();
  });

  it('slows down for a server that takes connections and drops them', async () => {
    const server = createServer();
    server.drops = true;
    server.start();
    await server.clock.advance(20_000);
    expect(server.tries).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    expect(server.troubles).toEqual(['dropped', 'dropped', 'dropped', 'dropped', 'dropped']);
    await server.subject.stop();
  });

  it('ends at once, also in the middle of a wait, and never begins again', async () => {
    const server = createServer();
    server.refusal = 'refused';
    server.start();
    await server.clock.advance(10);
    await server.subject.stop();
    server.start();
    await server.clock.advance(100_000);
    expect([server.tries, server.clock.pending()]).toEqual([[0], 0]);
  });
});
