import { describe, expect, it } from 'vitest';
import { quoteIdentifier, quoteTable, selectStatement, textParser } from './text.ts';

describe('textParser', () => {
  it.each([
    [16, 't', 'true', 'a boolean that is true'],
    [16, 'f', 'false', 'a boolean that is false'],
    [25, 't', 't', 'text that looks like a boolean'],
    [20, '9223372036854775807', '9223372036854775807', 'a bigint'],
    [1082, '2024-02-29', '2024-02-29', 'a date'],
    [1000, '{t,f}', '{t,f}', 'an array of booleans, as the server writes it'],
  ])('type %d %j -> %j: %s', (type, text, expected) => {
    expect(textParser(type)(text)).toBe(expected);
  });
});

describe('selectStatement', () => {
  it('is one read-only transaction with settings of its own', () => {
    expect(selectStatement('saas.tenants', ['id', 'is "on"'], 2_500)).toBe(
      `BEGIN READ ONLY; SET LOCAL statement_timeout = 2500; SET LOCAL datestyle = 'ISO'; ` +
        `SELECT "id", "is ""on""" FROM "saas"."tenants"; COMMIT`,
    );
  });

  it('never asks for a limit of zero, which would be none', () => {
    expect(selectStatement('t', ['a'], 0.2)).toContain('statement_timeout = 1;');
  });
});

describe('identifiers', () => {
  it.each([
    [quoteIdentifier, 'Select', '"Select"'],
    [quoteIdentifier, 'x" FROM secrets --', '"x"" FROM secrets --"'],
    [quoteTable, 'a.b', '"a"."b"'],
    [quoteTable, '"a.b"', '"a.b"'],
  ] as const)('%#: %j %s', (quote, name, expected) => {
    expect(quote(name)).toBe(expected);
  });
});
