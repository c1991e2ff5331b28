import { describe, expect, it } from 'vitest';
import { parseResolve, parseResolves, resolveEndpoint } from './resolve.ts';

describe('parseResolve', () => {
  it.each([
    ['mysql.default.svc:3306=127.0.0.1:33060', 'mysql.default.svc:3306', '127.0.0.1', 33060],
    ['MySQL.Default.svc.:3306=db:1', 'mysql.default.svc:3306', 'db', 1],
    ['[2001:DB8::1]:443=[::1]:8443', '[2001:db8::1]:443', '::1', 8443],
  ])('%s', (text, key, address, port) => {
    expect(parseResolve(text)).toEqual({ key, endpoint: { address, port } });
  });

  it.each([
    ['mysql:3306', 'there is no "="'],
    ['mysql=127.0.0.1:1', '"mysql" is not HOST:PORT'],
    ['mysql:3306=127.0.0.1', '"127.0.0.1" is not ADDR:PORT'],
    ['mysql:0=127.0.0.1:1', 'port 0 is not between 1 and 65535'],
    ['mysql:3306=127.0.0.1:65536', 'port 65536 is not between 1 and 65535'],
    ['http://mysql:80=127.0.0.1:1', 'no URL, only host and port'],
    ['::1:80=127.0.0.1:1', 'is not HOST:PORT'],
    ['', 'there is no "="'],
  ])('refuses %j', (text, problem) => {
    expect(() => parseResolve(text)).toThrow(problem);
    expect(() => parseResolve(text)).toThrow('expected HOST:PORT=ADDR:PORT');
  });
});

describe('resolveEndpoint', () => {
  const map = parseResolves(['db:3306=127.0.0.1:1', 'db:3306=127.0.0.1:2', '[::1]:80=[::2]:81']);
  it.each([
    ['db', 3306, '127.0.0.1', 2, 'the last one wins'],
    ['DB.', 3306, '127.0.0.1', 2, 'names are equal whatever their case and final dot'],
    ['db', 3307, 'db', 3307, 'another port is another place'],
    ['::1', 80, '::2', 81, 'IPv6 with and without brackets'],
    ['[::3]', 80, '::3', 80, 'addresses are connected to without brackets'],
  ])('%s:%i -> %s:%i (%s)', (host, port, address, to) => {
    expect(resolveEndpoint(map, host, port)).toEqual({ address, port: to });
  });
});
