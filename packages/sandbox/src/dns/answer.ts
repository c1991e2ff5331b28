/** A question and the zones give an answer. */
import type { Answer, DecodedPacket, Packet, Question } from 'dns-packet';
import * as dnsPacket from 'dns-packet';
import type { RecordSet } from './index.ts';
import { normalize, type Zones } from './zones.ts';

/** Codes of answers (RFC 1035 4.1.1); the packet's flags carry them in their last four bits. */
const codes = { noError: 0, nameError: 3, notImplemented: 4, refused: 5 };
const longestChain = 8;
/** NS and SOA of a zone. */
const zoneTtl = 3_600;
/** A character-string holds no more (RFC 1035 3.3). */
const longestText = 255;

export interface AnswerOptions {
  readonly zones: Zones;
  readonly negativeTtl: number;
}

/** The bytes of the answer. `limit` is what the asker can take: a longer one is left out and marked as truncated. */
export function answer(query: DecodedPacket, options: AnswerOptions, limit: number): Buffer {
  const [question] = query.questions ?? [];
  const decided = question ? decide(question, options) : { code: codes.notImplemented };
  const reply: Packet = {
    type: 'response',
    id: query.id ?? 0,
    flags:
      (query.flag_rd ? dnsPacket.RECURSION_DESIRED : 0) |
      (decided.code === codes.refused ? 0 : dnsPacket.AUTHORITATIVE_ANSWER) |
      decided.code,
    questions: question ? [question] : [],
    answers: decided.answers ?? [],
    authorities: decided.authorities ?? [],
    additionals: hasEdns(query) ? [edns] : [],
  };
  const bytes = dnsPacket.encode(reply);
  if (bytes.length <= limit) return bytes;
  return dnsPacket.encode({
    ...reply,
    flags: (reply.flags ?? 0) | dnsPacket.TRUNCATED_RESPONSE,
    answers: [],
    authorities: [],
  });
}

const edns = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1_232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
} as unknown as Answer;

/** The longest answer that an asker takes by UDP (RFC 6891 6.2.3). */
export function udpLimit(query: DecodedPacket): number {
  const option = query.additionals?.find(({ type }) => type === 'OPT') as
    | { udpPayloadSize?: number }
    | undefined;
  return Math.max(512, Math.min(option?.udpPayloadSize ?? 512, 1_232));
}

function hasEdns(query: DecodedPacket): boolean {
  return query.additionals?.some(({ type }) => type === 'OPT') ?? false;
}

interface Decided {
  readonly code: number;
  readonly answers?: Answer[];
  readonly authorities?: Answer[];
}

function decide({ name, type }: Question, { zones, negativeTtl }: AnswerOptions): Decided {
  if (zones.zoneOf(name) === undefined) return { code: codes.refused };
  const answers: Answer[] = [];
  let asked = normalize(name);
  for (let step = 0; step < longestChain; step++) {
    const zone = zones.zoneOf(asked);
    // An alias that leads elsewhere is for the asker to follow.
    if (zone === undefined) return { code: codes.noError, answers };
    const { exists, records } = zones.find(asked);
    const apex = asked === zone ? apexRecords(zone, zones.serial(zone), negativeTtl) : [];
    const all = [...apex, ...records.flatMap(toAnswers)];
    const found = all.filter((record) => record.type === type || (type as string) === 'ANY');
    const alias = records.find((record) => record.type === 'CNAME');
    if (found.length > 0) return { code: codes.noError, answers: [...answers, ...found] };
    if (alias === undefined) {
      const soa = apexRecords(zone, zones.serial(zone), negativeTtl).filter(
        (record) => record.type === 'SOA',
      );
      return { code: exists ? codes.noError : codes.nameError, answers, authorities: soa };
    }
    answers.push(...toAnswers(alias));
    asked = normalize(alias.values[0] ?? '');
  }
  return { code: codes.noError, answers };
}

function toAnswers({ name, type, ttl, values }: RecordSet): Answer[] {
  return values.map((data) =>
    type === 'TXT' ? { name, type, ttl, data: cutText(data) } : ({ name, type, ttl, data } as Answer),
  );
}

function cutText(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length || at === 0; at += longestText)
    parts.push(bytes.subarray(at, at + longestText));
  return parts;
}

function apexRecords(zone: string, serial: number, negativeTtl: number): Answer[] {
  const mname = `ns1.${zone}`;
  return [
    {
      name: zone,
      type: 'SOA',
      ttl: negativeTtl,
      data: {
        mname,
        rname: `hostmaster.${zone}`,
        serial,
        refresh: 3_600,
        retry: 600,
        expire: 86_400,
        minimum: negativeTtl,
      },
    },
    { name: zone, type: 'NS', ttl: zoneTtl, data: mname },
  ];
}
