import { describe, expect, it } from 'vitest';
import { TransportError } from './errors.ts';
import { readLines } from './lines.ts';

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

describe('readLines', () => {
  const table: { reason: string; text: string; lines: string[] }[] = [
    { reason: 'plain lines', text: 'a\nb\n', lines: ['a', 'b'] },
    { reason: 'a last line without a newline', text: 'a\nb', lines: ['a', 'b'] },
    { reason: 'empty lines are skipped', text: '\n\na\n\r\n', lines: ['a'] },
    {
      reason: 'characters of two, three and four bytes',
      text: 'äöü\n漢字\n🦄🏳️‍🌈\n',
      lines: ['äöü', '漢字', '🦄🏳️‍🌈'],
    },
    { reason: 'nothing', text: '', lines: [] },
  ];
  for (const { reason, text, lines } of table) {
    it.each([1, 2, 3, 5, 1000])(`${reason}, in chunks of %i`, async (size) => {
      expect(await collect(readLines(chunked(Buffer.from(text), size)))).toEqual(lines);
    });
  }

  it('reads a line of several megabytes', async () => {
    const long = 'x'.repeat(5_000_000);
    expect(await collect(readLines(chunked(Buffer.from(`${long}\nb\n`), 65_536)))).toEqual([long, 'b']);
  });

  it('refuses a line that would not end, before it has taken much more than allowed', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent += 1000;
        yield Buffer.alloc(1000, 'x');
      }
    }
    await expect(collect(readLines(endless(), 10_000))).rejects.toThrow(TransportError);
    expect(sent).toBeLessThanOrEqual(11_000);
  });
});
