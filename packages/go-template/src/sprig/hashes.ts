/** sprig's hashes and derived passwords: the same input gives the same text. */
import { createHash, createHmac, scryptSync } from 'node:crypto';
import type { FuncSpec } from '../funcs/table.ts';
import { func } from '../funcs/table.ts';
import { toBytes } from '../value/bytes.ts';
import { STRING, UINT32 } from '../value/type.ts';
import { integerOf } from '../value/typeof.ts';

function hash(algorithm: string): FuncSpec {
  return func([STRING], STRING, (_, text) => createHash(algorithm).update(toBytes(text)).digest('hex'));
}

export const hashes: Readonly<Record<string, FuncSpec>> = {
  sha1sum: hash('sha1'),
  sha256sum: hash('sha256'),
  sha512sum: hash('sha512'),
  adler32sum: func([STRING], STRING, (_, text) => String(adler32(toBytes(text)))),
  derivePassword: func(
    [UINT32, STRING, STRING, STRING, STRING],
    STRING,
    (_, counter, kind, password, user, site) =>
      derivePassword(Number(integerOf(counter) ?? 0n), kind, toBytes(password), toBytes(user), toBytes(site)),
  ),
};

function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}

/** Master Password's templates; each letter stands for a class of characters. */
const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map([
  ['maximum', ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno']],
  [
    'long',
    (
      'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno ' +
      'CvcvnoCvccCvcv CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno ' +
      'CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno ' +
      'CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno'
    ).split(' '),
  ],
  ['medium', ['CvcnoCvc', 'CvcCvcno']],
  ['short', ['Cvcn']],
  ['basic', ['aaanaaan', 'aannaaan', 'aaannaaa']],
  ['pin', ['nnnn']],
]);

const CLASSES: Readonly<Record<string, string>> = {
  V: 'AEIOU',
  C: 'BCDFGHJKLMNPQRSTVWXYZ',
  v: 'aeiou',
  c: 'bcdfghjklmnpqrstvwxyz',
  a: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz',
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()',
};

const SEED = Buffer.from('com.lyndir.masterpassword');

/** The Master Password algorithm. */
function derivePassword(
  counter: number,
  kind: string,
  password: Uint8Array,
  user: Uint8Array,
  site: Uint8Array,
): string {
  const templates = TEMPLATES.get(kind);
  if (templates === undefined) return `cannot find password template ${kind}`;
  const salt = Buffer.concat([SEED, bigEndian(user.length), user]);
  const key = scryptSync(password, salt, 64, { N: 32_768, r: 8, p: 2, maxmem: 128 * 1024 * 1024 });
  const message = Buffer.concat([SEED, bigEndian(site.length), site, bigEndian(counter)]);
  const seed = createHmac('sha256', key).update(message).digest();
  const template = templates[seed[0]! % templates.length]!;
  return Array.from(template, (letter, i) => {
    const characters = CLASSES[letter]!;
    return characters[seed[i + 1]! % characters.length];
  }).join('');
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
