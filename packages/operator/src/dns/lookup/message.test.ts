import { encode } from 'dns-packet';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isReplyTo, isTruncated, readReply } from './message.ts';

// Always the same draws, so that a failure is of the change that was made; FC_SEED draws others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

const question = { id: 7, name: 'app.example.com', type: 'A', recursive: false } as const;
const reply = encode({
  type: 'response',
  id: 7,
  flags: 0x0400,
  questions: [{ type: 'A', name: 'app.example.com' }],
  answers: [
    { type: 'CNAME', name: 'app.example.com', ttl: 60, data: 'web.example.com' },
    { type: 'A', name: 'web.example.com', ttl: 60, data: '192.0.2.1' },
  ],
  authorities: [
    { type: 'SOA', name: 'example.com', ttl: 60, data: { mname: 'ns.example.com', rname: 'me.example.com' } },
  ],
});

it('reads whatever bytes come without breaking down', () => {
  const change = fc.tuple(fc.nat(reply.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), fc.nat(reply.length), (changes, length) => {
      const bytes = Buffer.from(reply.subarray(0, length));
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      if (!isReplyTo(bytes, question)) return;
      isTruncated(bytes);
      expect(readReply(bytes, question)).toHaveProperty('kind');
    }),
    { numRuns: 3000 },
  );
});

it('takes no half address for a whole one', () => {
  const address = encode({
    type: 'response',
    id: 7,
    questions: [{ type: 'A', name: 'app.example.com' }],
    answers: [{ type: 'A', name: 'app.example.com', ttl: 60, data: '192.0.2.1' }],
  });
  for (let length = 12; length < address.length; length++) {
    expect(readReply(address.subarray(0, length), question).kind).toBe('malformed');
  }
  expect(readReply(address, question).kind).toBe('answers');
});
