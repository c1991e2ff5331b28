import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { type Answer, decode, encode } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { createNetworkLookup, type LookupOutcome } from './index.ts';

type Reply = (query: Buffer, send: (bytes: Buffer) => void, attempt: number) => void;

let socket: Socket | undefined;
afterEach(() => {
  socket?.close();
  socket = undefined;
});

/** A server that answers as it is told; asks it for `app.example.com A`. */
async function askServer(reply: Reply, attempts = 1): Promise<LookupOutcome> {
  const server = createSocket('udp4');
  socket = server;
  let attempt = 0;
  server.on('message', (query: Buffer, from: RemoteInfo) => {
    attempt += 1;
    reply(query, (bytes) => server.send(bytes, from.port, from.address), attempt);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const at = { name: 'test', address: '127.0.0.1', port: (server.address() as AddressInfo).port };
  return createNetworkLookup({ timeoutMs: 150, attempts }).query('app.example.com', 'A', at);
}

const AUTHORITATIVE = 0x0400;

function answerTo(
  query: Buffer,
  data: string,
  change: { id?: number; name?: string; rcode?: number } = {},
): Buffer {
  const { id, questions } = decode(query);
  const name = change.name ?? questions![0]!.name;
  const answers: Answer[] = [{ type: 'A', name, ttl: 60, data }];
  return encode({
    type: 'response',
    id: change.id ?? id!,
    flags: AUTHORITATIVE | (change.rcode ?? 0),
    questions: [{ type: 'A', name }],
    answers: change.rcode ? [] : answers,
  });
}

const addressesOf = (outcome: LookupOutcome) =>
  outcome.kind === 'answers' ? outcome.records.map(({ data }) => data) : outcome;

describe('what is no answer to the question is not believed', () => {
  const cases: [reason: string, forge: (query: Buffer) => Buffer][] = [
    ['another id', (query) => answerTo(query, '192.0.2.66', { id: (decode(query).id! + 1) % 65536 })],
    ['another name', (query) => answerTo(query, '192.0.2.66', { name: 'app.example.org' })],
    ['a question', (query) => query],
    ['too few bytes', () => Buffer.from([1, 2, 3])],
  ];
  it.each(cases)('%s, and the right one afterwards is', async (_, forge) => {
    const outcome = await askServer((query, send) => {
      send(forge(query));
      setTimeout(() => send(answerTo(query, '192.0.2.1')), 20);
    });
    expect(addressesOf(outcome)).toEqual(['192.0.2.1']);
  });

  it.each(cases)('%s alone is no answer at all', async (_, forge) => {
    expect(await askServer((query, send) => send(forge(query)))).toEqual({ kind: 'timeout' });
  });
});

describe('a server', () => {
  it('that loses the first question is asked again', async () => {
    const outcome = await askServer((query, send, attempt) => {
      if (attempt === 2) send(answerTo(query, '192.0.2.1'));
    }, 2);
    expect(addressesOf(outcome)).toEqual(['192.0.2.1']);
  });

  it('that breaks off in the middle of an answer is not readable', async () => {
    const outcome = await askServer((query, send) => {
      const bytes = answerTo(query, '192.0.2.1');
      send(bytes.subarray(0, bytes.length - 2));
    });
    expect(outcome.kind).toBe('malformed');
  });

  it('that claims to be cut off is asked over TCP, where nobody listens', async () => {
    const outcome = await askServer((query, send) => {
      const bytes = answerTo(query, '192.0.2.1');
      bytes[2]! |= 0x02;
      send(bytes);
    });
    expect(outcome).toEqual({ kind: 'unreachable', detail: 'connection refused' });
  });

  const codes: [rcode: number, outcome: LookupOutcome][] = [
    [1, { kind: 'servfail', rcode: 'FORMERR' }],
    [2, { kind: 'servfail', rcode: 'SERVFAIL' }],
    [3, { kind: 'nxdomain', authoritative: true }],
    [4, { kind: 'servfail', rcode: 'NOTIMP' }],
    [5, { kind: 'refused' }],
    [9, { kind: 'servfail', rcode: 'NOTAUTH' }],
  ];
  it.each(codes)('with code %i', async (rcode, expected) => {
    expect(await askServer((query, send) => send(answerTo(query, '', { rcode })))).toEqual(expected);
  });
});

it('asks with another id and from another port each time', async () => {
  const seen = new Set<string>();
  const server = createSocket('udp4');
  socket = server;
  server.on('message', (query, from) => {
    seen.add(`${query.readUInt16BE(0)} ${from.port}`);
    server.send(answerTo(query, '192.0.2.1'), from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const at = { name: 'test', address: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const lookup = createNetworkLookup();
  for (let count = 0; count < 20; count++) await lookup.query('app.example.com', 'A', at);
  expect(seen.size).toBe(20);
});
