/** Questions and answers as bytes (RFC 1035), by dns-packet; what cannot be trusted is sorted out here. Pure. */
import { type Answer, decode, encode, type Packet, RECURSION_DESIRED, type SoaAnswer } from 'dns-packet';
import { canonicalTarget } from '../address/index.ts';
import { isWithin, normalizeName } from '../name/index.ts';
import type { LookupOutcome, NegativeSoa, QueryType, ResourceRecord } from './index.ts';

/** What we accept over UDP: fits into every path's packets (DNS flag day 2020). */
const UDP_PAYLOAD = 1232;

export interface Question {
  id: number;
  name: string;
  type: QueryType;
  recursive: boolean;
}

/** Whether a name can be put on the wire at all: labels of 1 to 63 bytes, 253 in all. */
export function isAskable(name: string): boolean {
  if (name === '' || Buffer.byteLength(name) > 253) return false;
  return name.split('.').every((label) => label !== '' && Buffer.byteLength(label) <= 63);
}

/** The bytes of a question, with EDNS. */
export function encodeQuestion({ id, name, type, recursive }: Question): Buffer {
  return encode({
    type: 'query',
    id,
    flags: recursive ? RECURSION_DESIRED : 0,
    questions: [{ name, type, class: 'IN' }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: UDP_PAYLOAD,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });
}

/**
 * Whether bytes are a reply to this question: id, response bit and the question itself. Anything else may be an old
 * answer or a forged one, and must not end the waiting.
 */
export function isReplyTo(bytes: Buffer, question: Question): boolean {
  if (bytes.length < HEADER || bytes.readUInt16BE(0) !== question.id || (bytes[2]! & 0x80) === 0)
    return false;
  // A server that cannot read a question may leave it out of its complaint.
  if (bytes.readUInt16BE(4) === 0) return (bytes[3]! & 0x0f) !== 0;
  const asked = encodeQuestion(question);
  const length = asked.length - HEADER - 11;
  const echoed = bytes.subarray(HEADER, HEADER + length);
  return (
    echoed.toString('latin1').toLowerCase() ===
    asked
      .subarray(HEADER, HEADER + length)
      .toString('latin1')
      .toLowerCase()
  );
}

/** Whether the answer was cut off, and has to be asked for over TCP. */
export function isTruncated(bytes: Buffer): boolean {
  return (bytes[2]! & 0x02) !== 0;
}

const HEADER = 12;
const ADDRESS_BYTES: Record<number, number> = { 1: 4, 28: 16 };

/** Where a name ends that starts at `at`; `undefined` when it runs out of the message. */
function endOfName(bytes: Buffer, at: number): number | undefined {
  for (let offset = at; offset < bytes.length; ) {
    const length = bytes[offset]!;
    if (length === 0) return offset + 1;
    if (length >= 0xc0) return offset + 2;
    offset += length + 1;
  }
  return undefined;
}

/** Whether every record lies within the message, addresses at their full length: dns-packet does not look. */
function isWhole(bytes: Buffer): boolean {
  const questions = bytes.readUInt16BE(4);
  const records = bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10);
  let at = HEADER;
  for (let count = 0; count < questions + records; count++) {
    const end = endOfName(bytes, at);
    const fixed = count < questions ? 4 : 10;
    if (end === undefined || end + fixed > bytes.length) return false;
    at = end + fixed;
    if (count < questions) continue;
    const length = bytes.readUInt16BE(end + 8);
    at += length;
    if (at > bytes.length || (ADDRESS_BYTES[bytes.readUInt16BE(end)] ?? length) !== length) return false;
  }
  return true;
}

/** What a reply says; `malformed` when it cannot be read. The reply must have passed {@link isReplyTo}. */
export function readReply(bytes: Buffer, question: Question): LookupOutcome {
  if (!isWhole(bytes)) return { kind: 'malformed', detail: 'the answer is incomplete' };
  let packet: Packet & { rcode?: string; flag_aa?: boolean };
  try {
    packet = decode(bytes);
  } catch (error) {
    return { kind: 'malformed', detail: error instanceof Error ? error.message : String(error) };
  }
  const authoritative = packet.flag_aa === true;
  const rcode = packet.rcode ?? 'NOERROR';
  if (rcode === 'REFUSED') return { kind: 'refused' };
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return { kind: 'servfail', rcode };
  const records = (packet.answers ?? []).flatMap((answer) => toRecord(answer) ?? []);
  // NXDOMAIN after a CNAME denies the end of the chain, not the name that was asked (RFC 6604).
  if (records.length > 0) return { kind: 'answers', authoritative, records };
  const soa = findSoa(packet.authorities ?? [], question.name);
  if (rcode === 'NXDOMAIN') return { kind: 'nxdomain', authoritative, ...(soa ? { soa } : {}) };
  const delegation = (packet.authorities ?? []).find(({ type }) => type === 'NS');
  if (!authoritative && !soa && delegation) return { kind: 'referral', zone: normalizeName(delegation.name) };
  return { kind: 'nodata', authoritative, ...(soa ? { soa } : {}) };
}

function toRecord(answer: Answer): ResourceRecord | undefined {
  if (answer.type === 'OPT') return undefined;
  const head = { name: normalizeName(answer.name), ttl: 'ttl' in answer ? (answer.ttl ?? 0) : 0 };
  switch (answer.type) {
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'NS':
    case 'DNAME':
      return { ...head, type: answer.type, data: canonicalTarget(answer.data) };
    case 'TXT':
      return { ...head, type: 'TXT', data: [answer.data].flat().map(String).join('') };
    case 'SOA':
      return { ...head, type: 'SOA', data: normalizeName(answer.data.mname) };
    default:
      return undefined;
  }
}

function findSoa(authorities: readonly Answer[], name: string): NegativeSoa | undefined {
  const soa = authorities.find((record): record is SoaAnswer => record.type === 'SOA');
  if (!soa) return undefined;
  const zone = normalizeName(soa.name);
  if (!isWithin(normalizeName(name), zone)) return undefined;
  return { zone, ttl: Math.min(soa.ttl ?? 0, soa.data.minimum ?? 0) };
}
