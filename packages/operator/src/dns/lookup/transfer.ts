/** All records of a zone, by a zone transfer (AXFR, RFC 5936), signed with a TSIG key where there is one (RFC 8945). */
import { createHmac, randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { type Clock, systemClock } from '@tenant-operator/kube';
import { type Answer, decode, encode } from 'dns-packet';
import { canonicalTarget } from '../address/index.ts';
import { normalizeName } from '../name/index.ts';
import type { NameServer } from './index.ts';

export interface TsigKey {
  readonly name: string;
  readonly algorithm: 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512' | 'hmac-sha1';
  /** Base64. */
  readonly secret: string;
}

/** One record of a zone; names in lower case, without their final dot. */
export interface TransferredRecord {
  name: string;
  type: string;
  /** TXT: its strings joined. Empty for types that nobody asks for here. */
  data: string;
}

export type Transfer =
  | { kind: 'zone'; records: TransferredRecord[] }
  /** The server does not give the zone away, or the key is not the right one. */
  | { kind: 'refused'; detail: string }
  | { kind: 'failed'; detail: string };

export interface TransferOptions {
  key?: TsigKey | undefined;
  clock?: Clock;
  /** For all of it, in milliseconds; 30,000 when left out. */
  timeoutMs?: number;
  /** Records after which it is given up; 1,000,000 when left out. */
  maxRecords?: number;
}

const TSIG = 250;
const ANY = 255;
/** How far apart the clocks may be, in seconds. */
const FUDGE = 300;

/** Asks one server. Never rejects. The answer's own signature is not verified: what is listed is printed, and nothing is changed by it. */
export function transferZone(
  zone: string,
  server: NameServer,
  { key, clock = systemClock, timeoutMs = 30_000, maxRecords = 1_000_000 }: TransferOptions = {},
): Promise<Transfer> {
  const id = randomInt(65536);
  const plain = encode({
    type: 'query',
    id,
    flags: 0,
    questions: [{ name: zone, type: 'AXFR', class: 'IN' }],
  });
  const question = key ? sign(plain, key, Math.floor(clock.now() / 1000)) : plain;
  return new Promise((resolve) => {
    const socket = connect({ host: server.address, port: server.port });
    const records: TransferredRecord[] = [];
    let received: Buffer = Buffer.alloc(0);
    let soas = 0;
    const end = (outcome: Transfer) => {
      clock.clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = clock.setTimeout(
      () => end({ kind: 'failed', detail: 'did not answer in time' }),
      timeoutMs,
    );
    socket.on('connect', () => socket.write(framed(question)));
    socket.on('error', (error) => end({ kind: 'failed', detail: error.message }));
    socket.on('end', () => end({ kind: 'failed', detail: 'the connection ended in the middle of the zone' }));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const message = received.subarray(2, 2 + received.readUInt16BE(0));
        received = received.subarray(2 + message.length);
        const part = readPart(message, id);
        if (part.kind !== 'zone') return end(part);
        if (part.records.length === 0) return end({ kind: 'refused', detail: 'no records' });
        soas += part.records.filter(({ type }) => type === 'SOA').length;
        records.push(...part.records);
        if (records.length > maxRecords)
          return end({ kind: 'failed', detail: `it has more than ${maxRecords} records` });
        // The SOA stands at the beginning and at the end.
        if (soas >= 2) return end({ kind: 'zone', records: records.slice(0, -1) });
      }
    });
  });
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

function readPart(message: Buffer, id: number): Transfer {
  let packet: ReturnType<typeof decode> & { rcode?: string };
  try {
    packet = decode(message);
  } catch (error) {
    return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
  if (packet.id !== id) return { kind: 'failed', detail: 'an answer to another question' };
  const rcode = packet.rcode ?? 'NOERROR';
  if (rcode === 'REFUSED' || rcode === 'NOTAUTH') return { kind: 'refused', detail: rcode };
  if (rcode !== 'NOERROR') return { kind: 'failed', detail: rcode };
  return { kind: 'zone', records: (packet.answers ?? []).map(toRecord) };
}

function toRecord(answer: Answer): TransferredRecord {
  const head = { name: normalizeName(answer.name), type: answer.type as string };
  switch (answer.type) {
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'NS':
      return { ...head, data: canonicalTarget(answer.data) };
    case 'TXT':
      return { ...head, data: [answer.data].flat().map(String).join('') };
    default:
      return { ...head, data: '' };
  }
}

/** The wire form of a name, in lower case and without compression. */
function wireName(name: string): Buffer {
  const labels = normalizeName(name)
    .split('.')
    .filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

/** The message with a TSIG record behind it. */
function sign(message: Buffer, { name, algorithm, secret }: TsigKey, now: number): Buffer {
  const keyName = wireName(name);
  const algorithmName = wireName(algorithm);
  const times = Buffer.concat([uint(now, 6), uint(FUDGE, 2)]);
  const none = Buffer.concat([uint(0, 2), uint(0, 2)]);
  const mac = createHmac(algorithm.slice('hmac-'.length), Buffer.from(secret, 'base64'))
    .update(message)
    .update(Buffer.concat([keyName, uint(ANY, 2), uint(0, 4), algorithmName, times, none]))
    .digest();
  const data = Buffer.concat([algorithmName, times, uint(mac.length, 2), mac, message.subarray(0, 2), none]);
  const signed = Buffer.concat([
    message,
    keyName,
    uint(TSIG, 2),
    uint(ANY, 2),
    uint(0, 4),
    uint(data.length, 2),
    data,
  ]);
  signed.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
  return signed;
}

/** The first key of a BIND key file (`key "name" { algorithm hmac-sha256; secret "..."; };`), which `dig -k` takes too. */
export function parseTsigKey(text: string): TsigKey | undefined {
  const [, name = '', body = ''] = /key\s+"?([^"\s{]+)"?\s*\{([^}]*)\}/.exec(text) ?? [];
  const algorithm = /algorithm\s+"?([\w-]+)"?\s*;/.exec(body)?.[1]?.toLowerCase();
  const secret = /secret\s+"?([\w+/=]+)"?\s*;/.exec(body)?.[1];
  const isKnown = (text: string | undefined): text is TsigKey['algorithm'] =>
    ['hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-sha1'].includes(text ?? '');
  return name !== '' && secret !== undefined && isKnown(algorithm) ? { name, algorithm, secret } : undefined;
}
