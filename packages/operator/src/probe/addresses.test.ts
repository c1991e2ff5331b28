import { describe, expect, it } from 'vitest';
import { type AddressClass, classOf, isAllowed } from './addresses.ts';

describe('classOf', () => {
  it.each<[address: string, expected: AddressClass, reason: string]>([
    ['93.184.216.34', 'public', 'a host of the internet'],
    ['2606:2800:220:1::1', 'public', 'and one by IPv6'],
    ['10.1.2.3', 'private', 'RFC 1918'],
    ['172.31.255.255', 'private', 'the end of its middle range'],
    ['172.32.0.1', 'public', 'just beyond it'],
    ['192.168.0.1', 'private', 'RFC 1918'],
    ['100.64.0.1', 'private', 'carrier-grade NAT, and pods of some clouds'],
    ['192.0.2.10', 'private', 'documentation leads nowhere in public'],
    ['fd12:3456::1', 'private', 'unique local'],
    ['2001:db8::1', 'private', 'documentation'],
    ['127.0.0.1', 'never', 'this machine'],
    ['127.255.0.9', 'never', 'all of 127/8 is'],
    ['::1', 'never', 'this machine'],
    ['0.0.0.0', 'never', 'this machine under another name'],
    ['::', 'never', 'the same'],
    ['169.254.169.254', 'never', 'the metadata service of most clouds'],
    ['fd00:ec2::254', 'never', 'and its IPv6 address'],
    ['fe80::1', 'never', 'of the link'],
    ['224.0.0.1', 'never', 'multicast'],
    ['255.255.255.255', 'never', 'broadcast'],
    ['::ffff:127.0.0.1', 'never', 'mapped'],
    ['::ffff:7f00:1', 'never', 'mapped, in other digits'],
    ['::ffff:10.0.0.1', 'private', 'mapped'],
    ['::ffff:a00:1', 'private', 'mapped, in other digits'],
    ['::127.0.0.1', 'never', 'an old form that some systems still read'],
    ['64:ff9b::7f00:1', 'never', 'NAT64 may lead anywhere'],
    ['2002:7f00:1::', 'never', '6to4 may as well'],
    ['2001:0:1::', 'never', 'Teredo may as well'],
    ['example.com', 'never', 'no address'],
    ['0x7f.1', 'never', 'no address that we read'],
    ['', 'never', 'nothing'],
  ])('%s is %s: %s', (address, expected) => {
    expect(classOf(address)).toBe(expected);
  });
});

describe('isAllowed', () => {
  it.each([
    ['93.184.216.34', false, true],
    ['10.0.0.1', false, false],
    ['10.0.0.1', true, true],
    ['169.254.169.254', true, false],
    ['127.0.0.1', true, false],
  ])('%s with private ones allowed %s: %s', (address, allowsPrivate, expected) => {
    expect(isAllowed(address, allowsPrivate)).toBe(expected);
  });
});
