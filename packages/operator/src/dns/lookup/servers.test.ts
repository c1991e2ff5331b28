import { expect, it } from 'vitest';
import { parseNameServer } from './index.ts';

const cases: [text: string, address: string | undefined, port?: number, name?: string][] = [
  ['192.0.2.53', '192.0.2.53', 53, '192.0.2.53'],
  ['127.0.0.1:5353', '127.0.0.1', 5353, '127.0.0.1:5353'],
  [' 127.0.0.1:53 ', '127.0.0.1', 53, '127.0.0.1'],
  ['2001:db8::53', '2001:db8::53', 53, '2001:db8::53'],
  ['[2001:db8::53]', '2001:db8::53', 53, '2001:db8::53'],
  ['[2001:db8::53]:5353', '2001:db8::53', 5353, '[2001:db8::53]:5353'],
  ['ns1.example.com', undefined],
  ['192.0.2.53:0', undefined],
  ['192.0.2.53:70000', undefined],
  ['192.0.2.53:dns', undefined],
  ['', undefined],
];

it.each(cases)('%j', (text, address, port, name) => {
  expect(parseNameServer(text)).toEqual(address === undefined ? undefined : { name, address, port });
});
