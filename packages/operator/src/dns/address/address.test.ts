import { describe, expect, it } from 'vitest';
import { canonicalTarget, compareText, parseIp, recordTypeOf } from './index.ts';

describe('recordTypeOf', () => {
  const cases: [target: string, type: string, reason: string][] = [
    ['192.0.2.1', 'A', 'IPv4'],
    ['2001:db8::1', 'AAAA', 'IPv6'],
    ['::', 'AAAA', 'all zeros'],
    ['1:2:3:4:5:6:7:8', 'AAAA', 'written out'],
    ['1:2:3:4:5:6:7::', 'AAAA', 'the double colon stands for one group'],
    ['::ffff:192.0.2.1', 'A', 'IPv4 in IPv6 is IPv4 to Go'],
    ['64:ff9b::192.0.2.1', 'AAAA', 'an IPv4 tail elsewhere is not'],
    ['lb.example.com', 'CNAME', 'a name'],
    ['', 'CNAME', 'nothing at all is no address either'],
    ['192.0.2.01', 'CNAME', 'leading zeros are refused'],
    ['192.0.2.256', 'CNAME', 'an octet too large'],
    ['192.0.2', 'CNAME', 'three octets'],
    ['1:2:3:4:5:6:7:8:9', 'CNAME', 'nine groups'],
    ['1::2::3', 'CNAME', 'two double colons'],
    ['1:2:3:4::5:6:7:8', 'CNAME', 'a double colon that stands for nothing'],
    ['12345::', 'CNAME', 'five digits'],
    ['fe80::1%eth0', 'CNAME', 'a zone'],
    ['1:192.0.2.1::', 'CNAME', 'IPv4 in the middle'],
  ];
  it.each(cases)('%j is %s: %s', (target, type) => {
    expect(recordTypeOf(target)).toBe(type);
  });
});

describe('canonicalTarget', () => {
  const cases: [target: string, canonical: string][] = [
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::0:1', '2001:db8::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['LB.Example.com.', 'lb.example.com'],
  ];
  it.each(cases)('%j is %j', (target, canonical) => {
    expect(canonicalTarget(target)).toBe(canonical);
    expect(canonicalTarget(canonical)).toBe(canonical);
  });
});

it('parses an address into 16 bytes', () => {
  expect([...parseIp('192.0.2.1')!.bytes.slice(10)]).toEqual([255, 255, 192, 0, 2, 1]);
});

it('sorts text by bytes, as Go does', () => {
  expect(['b', 'Z', 'a', '\u{ff61}', '\u{10000}'].sort(compareText)).toEqual([
    'Z',
    'a',
    'b',
    '\u{ff61}',
    '\u{10000}',
  ]);
});
