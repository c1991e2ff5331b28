import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPart, type Part, type PartSpec } from '../../rig/process/part.ts';
import { isRunning } from '../../rig/support/is-running.ts';

let dir: string;
let part: Part | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tenant-operator-part-'));
});
afterEach(async () => {
  await part?.kill();
  rmSync(dir, { recursive: true, force: true });
});

/** A part that is a shell script; ready when it has said so. */
function shell(script: string, overrides: Partial<PartSpec> = {}): Part {
  const logFile = join(dir, 'part.log');
  part = createPart({
    name: 'example',
    command: '/bin/sh',
    args: ['-c', script],
    logFile,
    isReady: async () => /^ready$/m.test(part?.currentLogs() ?? ''),
    ...overrides,
  });
  return part;
}

describe('a part', () => {
  it('starts, says what it does, and stops', async () => {
    const example = shell('echo ready; echo trouble >&2; exec sleep 60');
    expect(example.state).toBe('stopped');
    await example.start();
    expect(example.state).toBe('running');
    expect(example.logs()).toMatch(/trouble/);
    expect(example.logs(1)).toBe('trouble');
    const pid = example.pid!;
    await example.stop();
    expect(example.state).toBe('stopped');
    expect(isRunning(pid)).toBe(false);
  });

  it('takes its children along', async () => {
    const example = shell('sleep 60 & echo child $!; echo ready; wait');
    await example.start();
    const child = Number(/^child (\d+)$/m.exec(example.logs())?.[1]);
    expect(isRunning(child)).toBe(true);
    await example.kill();
    await expect.poll(() => isRunning(child)).toBe(false);
  });

  it('is killed when it does not care for a polite stop', async () => {
    const example = shell("trap '' TERM; echo ready; while :; do sleep 0.05; done", { stopTimeoutMs: 100 });
    await example.start();
    await example.stop();
    expect(example.state).toBe('stopped');
  });

  it('keeps its log over a restart', async () => {
    const example = shell('echo pid $$; echo ready; exec sleep 60');
    await example.start();
    await example.restart();
    expect(example.logs().match(/^pid \d+$/gm)).toHaveLength(2);
  });

  it('stands still while it is paused, and stops from there', async () => {
    const example = shell('echo ready; exec sleep 60');
    await example.start();
    example.pause();
    expect(example.state).toBe('paused');
    await example.stop();
    expect(example.state).toBe('stopped');
  });

  it('says how it ended before it was ready, with the end of its log', async () => {
    const example = shell('echo port in use; exit 3');
    await expect(example.start()).rejects.toMatchObject({
      code: 'PART_EXITED',
      message: expect.stringMatching(/example ended before it was ready \(exit code 3\).*port in use/s),
    });
    expect(example.state).toBe('stopped');
  });

  it('says that a program is missing', async () => {
    const example = shell('', { command: '/nowhere/program' });
    await expect(example.start()).rejects.toThrow(/example ended before it was ready .*ENOENT/);
  });

  it('does not stay when it is not ready in time, and says what was not', async () => {
    const example = shell('exec sleep 60', {
      readyTimeoutMs: 100,
      isReady: async () => {
        throw new Error('connection refused');
      },
    });
    await expect(example.start()).rejects.toMatchObject({
      code: 'PART_NOT_READY',
      message: expect.stringMatching(/not ready after 0\.1 s: connection refused/),
    });
    expect(example.state).toBe('stopped');
  });
});
