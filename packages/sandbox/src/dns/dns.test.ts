import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import * as dnsPacket from 'dns-packet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createZones, type DnsServer, startDns } from './index.ts';

describe('the DNS server', () => {
  let server: DnsServer;
  beforeAll(async () => {
    server = await startDns({ zones: ['example.com', 'example.io'] });
    const { zones } = server;
    zones.put({ name: 'WWW.example.com.', type: 'A', ttl: 60, values: ['192.0.2.1', '192.0.2.2'] });
    zones.put({ name: 'www.example.com', type: 'AAAA', ttl: 60, values: ['2001:db8::1'] });
    zones.put({ name: 'alias.example.com', type: 'CNAME', ttl: 60, values: ['www.example.com'] });
    zones.put({ name: 'away.example.com', type: 'CNAME', ttl: 60, values: ['www.example.net'] });
    zones.put({ name: 'loop.example.com', type: 'CNAME', ttl: 60, values: ['loop.example.com'] });
    zones.put({ name: '*.wild.example.io', type: 'A', ttl: 60, values: ['192.0.2.3'] });
    zones.put({ name: 'own.wild.example.io', type: 'TXT', ttl: 60, values: ['me'] });
    zones.put({ name: 'long.example.com', type: 'TXT', ttl: 60, values: ['x'.repeat(2_000)] });
    zones.put({ name: 'deep.below.example.com', type: 'A', ttl: 60, values: ['192.0.2.4'] });
  });
  afterAll(() => server.stop());

  /** The package's types leave out the name of the code that it decodes. */
  type Reply = dnsPacket.DecodedPacket & { readonly rcode: string };

  function ask(name: string, type: string): Promise<Reply> {
    const socket = createSocket('udp4');
    return new Promise((resolve) => {
      socket.once('message', (bytes) => {
        socket.close();
        resolve(dnsPacket.decode(bytes) as Reply);
      });
      socket.send(encode(name, type), server.port, server.host);
    });
  }
  const encode = (name: string, type: string): Buffer =>
    dnsPacket.encode({ type: 'query', id: 7, questions: [{ name, type: type as 'A' }] });
  const valuesOf = ({ answers = [] }: dnsPacket.Packet): string[] =>
    answers.map((answer) => `${answer.type} ${(answer as { data?: string }).data ?? ''}`);

  it.each([
    ['www.example.com', 'A', 'NOERROR', ['A 192.0.2.1', 'A 192.0.2.2'], 'all addresses'],
    ['wWw.Example.com', 'AAAA', 'NOERROR', ['AAAA 2001:db8::1'], 'letters of any case'],
    ['www.example.com', 'TXT', 'NOERROR', [], 'a type that is not there'],
    ['nowhere.example.com', 'A', 'NXDOMAIN', [], 'a name that is not there'],
    ['below.example.com', 'A', 'NOERROR', [], 'a name with names below it'],
    [
      'alias.example.com',
      'A',
      'NOERROR',
      ['CNAME www.example.com', 'A 192.0.2.1', 'A 192.0.2.2'],
      'an alias',
    ],
    ['alias.example.com', 'CNAME', 'NOERROR', ['CNAME www.example.com'], 'the alias itself'],
    ['away.example.com', 'A', 'NOERROR', ['CNAME www.example.net'], 'an alias that leads elsewhere'],
    ['a.wild.example.io', 'A', 'NOERROR', ['A 192.0.2.3'], 'a wildcard'],
    ['own.wild.example.io', 'A', 'NOERROR', [], 'a name of its own under a wildcard'],
    ['example.com', 'NS', 'NOERROR', ['NS ns1.example.com'], 'the name server'],
    ['ns1.example.com', 'A', 'NOERROR', ['A 127.0.0.1'], 'its address'],
    ['example.net', 'A', 'REFUSED', [], 'a zone of others'],
  ])('%s %s -> %s %j: %s', async (name, type, code, values) => {
    const reply = await ask(name, type);
    expect([reply.rcode, valuesOf(reply)]).toEqual([code, values]);
    expect(reply.flag_aa).toBe(code !== 'REFUSED');
  });

  it('ends a chain of aliases that goes round', async () => {
    expect((await ask('loop.example.com', 'A')).answers?.length).toBeLessThan(20);
  });

  it('says how long a name may be taken for absent', async () => {
    const { authorities = [] } = await ask('nowhere.example.com', 'A');
    expect(authorities).toMatchObject([{ type: 'SOA', name: 'example.com', ttl: 5, data: { minimum: 5 } }]);
  });

  it('sends a long answer by TCP alone', async () => {
    const short = await ask('long.example.com', 'TXT');
    expect([short.flag_tc, short.answers]).toEqual([true, []]);
    const query = dnsPacket.streamEncode({
      type: 'query',
      id: 8,
      questions: [{ name: 'long.example.com', type: 'TXT' }],
    });
    const socket = connect(server.port, server.host, () => socket.write(query));
    const received: Buffer[] = [];
    const reply = await new Promise<dnsPacket.Packet>((resolve) => {
      socket.on('data', (bytes) => {
        received.push(bytes);
        const all = Buffer.concat(received);
        if (all.length >= 2 && all.length >= 2 + all.readUInt16BE(0)) resolve(dnsPacket.streamDecode(all));
      });
    });
    socket.destroy();
    const [text] = reply.answers ?? [];
    expect(Buffer.concat((text as { data: Buffer[] }).data).toString()).toBe('x'.repeat(2_000));
  });

  it('bears bytes that are no question', async () => {
    const socket = createSocket('udp4');
    for (const bytes of [Buffer.alloc(0), Buffer.from('nonsense'), Buffer.alloc(600, 0xff)])
      await new Promise((resolve) => socket.send(bytes, server.port, server.host, resolve));
    socket.close();
    expect((await ask('www.example.com', 'A')).rcode).toBe('NOERROR');
  });
});

describe('zones', () => {
  it('count their changes and forget what is removed', () => {
    const zones = createZones(['example.com', 'sub.example.com']);
    expect(zones.zoneOf('a.sub.example.com')).toBe('sub.example.com');
    zones.put({ name: 'a.example.com', type: 'A', ttl: 1, values: ['192.0.2.1'] });
    expect(zones.serial('example.com')).toBe(2);
    expect(zones.remove('a.example.com', 'TXT')).toBe(false);
    expect(zones.remove('A.example.com.', 'A')).toBe(true);
    expect(zones.serial('example.com')).toBe(3);
    expect(zones.find('a.example.com')).toEqual({ exists: false, records: [] });
    expect(() => zones.put({ name: 'a.example.net', type: 'A', ttl: 1, values: [] })).toThrow(
      'none of the zones',
    );
  });
});
