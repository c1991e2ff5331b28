import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader } from './frames.ts';

// Always the same draws, so that a failure is of the change that was made; FC_SEED draws others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

function frame(type: string, body: string | Buffer): Buffer {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

const column = Buffer.concat([Buffer.from([0, 1]), Buffer.from('uid\0'), Buffer.alloc(18)]);
const good: readonly Buffer[] = [
  frame('R', Buffer.from([0, 0, 0, 0])),
  frame('R', Buffer.concat([Buffer.from([0, 0, 0, 10]), Buffer.from('SCRAM-SHA-256\0\0')])),
  frame('S', 'server_version\u000017\0'),
  frame('E', 'SERROR\0C42P01\0Mno such table\0\0'),
  frame('N', '\0'),
  frame('T', column),
  frame('T', Buffer.from([0, 0])),
  frame('D', Buffer.alloc(70_000, 1)),
  frame('C', 'SELECT 1\0'),
  frame('Z', 'I'),
];

describe('createFrameReader', () => {
  it('hands on whole messages as they are, however they come in pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...good), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 8 }),
        (frames, sizes) => {
          const sent = Buffer.concat(frames);
          const read = createFrameReader();
          const got: Buffer[] = [];
          for (let at = 0, n = 0; at < sent.length; n++) {
            const size = sizes[n % sizes.length] ?? 1;
            const part = read(sent.subarray(at, at + size));
            if (part) got.push(part);
            at += size;
          }
          expect(Buffer.concat(got).equals(sent)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    ['an error without an end', frame('E', 'S')],
    ['an error whose last text has no end', frame('E', 'SERROR\0Mno')],
    ['an error of nothing', frame('E', '')],
    ['a setting without a value', frame('S', 'name\0')],
    ['a tag without an end', frame('C', 'SELECT')],
    ['a notification without a channel', frame('A', Buffer.from([0, 0, 0, 1]))],
    ['more columns than are described', frame('T', Buffer.concat([Buffer.from([0, 9]), column.subarray(2)]))],
    ['a column that is cut off', frame('T', column.subarray(0, 8))],
    [
      'ways to log in without an end',
      frame('R', Buffer.concat([Buffer.from([0, 0, 0, 10]), Buffer.from('SCRAM\0')])),
    ],
    ['a length that does not hold itself', Buffer.from('5a00000003', 'hex')],
    ['two gigabytes', Buffer.from('447fffffff', 'hex')],
  ])('refuses %s', (_reason, bytes) => {
    expect(() => createFrameReader()(bytes)).toThrow(/message|columns|text/);
  });
});
