import { describe, expect, it } from 'vitest';
import { createSecretValues, redact } from './secret-values.ts';

const row = (uid: string, password: string) => ({ uid, secrets: { password } });

describe('createSecretValues', () => {
  it('tells which tenants have other values than before', () => {
    const values = createSecretValues();
    expect(values.of('ns/reg', 'a')).toBeUndefined();
    expect(values.replace('ns/reg', [row('a', '1'), row('b', '1')])).toEqual(['a', 'b']);
    expect(values.replace('ns/reg', [row('a', '1'), row('b', '2')])).toEqual(['b']);
    expect(values.of('ns/reg', 'b')).toEqual({ password: '2' });
    expect(values.of('ns/other', 'b')).toBeUndefined();
    values.forget('ns/reg');
    expect(values.of('ns/reg', 'a')).toBeUndefined();
  });
});

describe('redact', () => {
  it.each([
    ['parsing "hunter2": bad', { password: 'hunter2' }, 'parsing "***": bad', 'a value in a message'],
    ['data "aHVudGVyMg==": bad', { password: 'hunter2' }, 'data "***": bad', 'as a Secret has it'],
    ['abcdef, abc', { a: 'abc', b: 'abcdef' }, '***, ***', 'one that is a part of another'],
    ['nothing here', { password: '' }, 'nothing here', 'an empty value'],
    ['as it is', undefined, 'as it is', 'no secrets'],
  ])('%s', (text, secrets, expected, _reason) => {
    expect(redact(text, secrets)).toBe(expected);
  });
});
