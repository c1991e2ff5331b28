import { describe, expect, it } from 'vitest';
import { fieldText, quoteIdentifier, quoteTable, type TextField } from './text.ts';

function field(type: string, bytes: ReturnType<TextField['buffer']>) {
  return {
    type,
    length: bytes?.length ?? 0,
    string: () => bytes?.toString('utf8') ?? null,
    buffer: () => bytes,
  };
}

describe('fieldText', () => {
  it.each([
    ['VAR_STRING', Buffer.from('Zoë'), 'Zoë', 'text as it is'],
    ['LONGLONG', Buffer.from('9223372036854775807'), '9223372036854775807', 'every digit of a BIGINT'],
    ['NEWDECIMAL', Buffer.from('0.10'), '0.10', 'every digit of a DECIMAL, also trailing zeros'],
    ['DATE', Buffer.from('2024-02-29'), '2024-02-29', 'a DATE is not shifted by a time zone'],
    ['JSON', Buffer.from('{"a": 1.0}'), '{"a": 1.0}', 'JSON as it was written'],
    ['TINY', Buffer.from('1'), '1', 'a BOOLEAN column'],
    ['VAR_STRING', Buffer.from(''), '', 'empty text is not NULL'],
    ['VAR_STRING', null, null, 'NULL'],
    ['BIT', Buffer.from([1]), '1', 'BIT(1) set'],
    ['BIT', Buffer.from([0]), '0', 'BIT(1) not set'],
    ['BIT', Buffer.from([1, 0]), '256', 'a wider BIT as its number'],
    ['BIT', Buffer.from([255, 255, 255, 255, 255, 255, 255, 255]), '18446744073709551615', 'BIT(64)'],
    ['BIT', Buffer.alloc(0), '0', 'no bytes at all'],
    ['BIT', null, null, 'a BIT that is NULL'],
  ])('%s %s -> %j: %s', (type, bytes, expected, _reason) => {
    expect(fieldText(field(type, bytes))).toBe(expected);
  });
});

describe('identifiers', () => {
  it.each([
    [quoteIdentifier, 'is_active', '`is_active`', 'a plain name'],
    [quoteIdentifier, 'select', '`select`', 'a reserved word'],
    [quoteIdentifier, 'a b-c', '`a b-c`', 'a name that needs quotes'],
    [
      quoteIdentifier,
      'x` FROM secrets -- ',
      '`x`` FROM secrets -- `',
      'a name that tries to leave its quotes',
    ],
    [quoteIdentifier, '``', '``````', 'nothing but quotes'],
    [quoteTable, 'tenants', '`tenants`', 'a table of the default database'],
    [quoteTable, 'other.tenants', '`other`.`tenants`', 'a table of another database'],
    [quoteTable, 't`; DROP TABLE t; --', '`t``; DROP TABLE t; --`', 'a table that tries to leave its quotes'],
  ] as const)('%# %j -> %s: %s', (quote, name, expected, _reason) => {
    expect(quote(name)).toBe(expected);
  });
});
