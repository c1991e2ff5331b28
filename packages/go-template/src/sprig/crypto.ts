/**
 * sprig's cryptography that is random: password hashes, AES, private keys. Functions that issue certificates are
 * not here: a template that issues one anew at every render is never stable; they fail and say so.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  generateKeyPairSync,
  X509Certificate,
} from 'node:crypto';
import type { CallContext, FuncSpec } from '../funcs/table.ts';
import { func, variadic } from '../funcs/table.ts';
import { fromBytes, toBytes } from '../value/bytes.ts';
import { GoError } from '../value/goerror.ts';
import { Struct } from '../value/struct.ts';
import { ANY, STRING, structType, type Type } from '../value/type.ts';
import type { Value } from '../value/value.ts';
import { bcrypt, MAX_PASSWORD_BYTES } from './bcrypt.ts';
import { decodeBase64, encodeBase64 } from './encoding.ts';

const CERTIFICATE: Type<Certificate> = structType<Certificate>('sprig.certificate');

class Certificate extends Struct {
  override readonly type: Type = CERTIFICATE;
  readonly #fields: ReadonlyMap<string, Value>;

  constructor(cert: string, key: string) {
    super();
    this.#fields = new Map([
      ['Cert', cert],
      ['Key', key],
    ]);
  }

  override fields(): ReadonlyMap<string, Value> {
    return this.#fields;
  }
}

function withoutCertificates(name: string): FuncSpec {
  return variadic(
    [],
    ANY,
    ANY,
    () => {
      throw new GoError(`${name} is not available: certificates are not issued by templates`);
    },
    'random',
  );
}

export const crypto: Readonly<Record<string, FuncSpec>> = {
  bcrypt: func([STRING], STRING, (context, password) => hashPassword(context, password), 'random'),
  htpasswd: func(
    [STRING, STRING],
    STRING,
    (context, user, password) =>
      user.includes(':') ? `invalid username: ${user}` : `${user}:${hashPassword(context, password)}`,
    'random',
  ),
  encryptAES: func(
    [STRING, STRING],
    STRING,
    (context, password, text) => {
      if (text === '') return '';
      const iv = context.random(BLOCK);
      const cipher = createCipheriv('aes-256-cbc', aesKey(password), iv);
      return encodeBase64(Buffer.concat([iv, cipher.update(toBytes(text)), cipher.final()]));
    },
    'random',
  ),
  decryptAES: func([STRING, STRING], STRING, (_, password, text) => decryptAes(password, text)),
  genPrivateKey: func([STRING], STRING, (_, kind) => generateKey(kind), 'random'),
  buildCustomCert: func([STRING, STRING], CERTIFICATE, (_, cert, key) => buildCertificate(cert, key)),
  ...Object.fromEntries(
    [
      'genCA',
      'genCAWithKey',
      'genSelfSignedCert',
      'genSelfSignedCertWithKey',
      'genSignedCert',
      'genSignedCertWithKey',
    ].map((name) => [name, withoutCertificates(name)] as const),
  ),
};

const BCRYPT_COST = 10;

function hashPassword(context: CallContext, password: string): string {
  const bytes = toBytes(password);
  if (bytes.length > MAX_PASSWORD_BYTES) {
    return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';
  }
  return bcrypt(bytes, context.random(16), BCRYPT_COST);
}

const BLOCK = 16;

/** The password's first 32 bytes, filled up with zeros. */
function aesKey(password: string): Buffer {
  const key = Buffer.alloc(32);
  Buffer.from(toBytes(password)).copy(key);
  return key;
}

function decryptAes(password: string, text: string): string {
  if (text === '') return '';
  const bytes = decodeBase64(text);
  if (typeof bytes === 'number') throw new GoError(`illegal base64 data at input byte ${bytes}`);
  if (bytes.length < BLOCK) {
    const capacity = Math.floor(Buffer.byteLength(text) / 4) * 3;
    throw new GoError(
      capacity < BLOCK
        ? `runtime error: slice bounds out of range [:16] with capacity ${capacity}`
        : `runtime error: slice bounds out of range [16:${bytes.length}]`,
    );
  }
  if (bytes.length % BLOCK !== 0) throw new GoError('crypto/cipher: input not full blocks');
  if (bytes.length === BLOCK) throw new GoError('runtime error: index out of range [-1]');
  const decipher = createDecipheriv('aes-256-cbc', aesKey(password), bytes.subarray(0, BLOCK));
  decipher.setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(bytes.subarray(BLOCK)), decipher.final()]);
  const end = plain.length - plain[plain.length - 1]!;
  if (end < 0) throw new GoError(`runtime error: slice bounds out of range [:${end}]`);
  return fromBytes(plain.subarray(0, end));
}

function generateKey(kind: string): string {
  switch (kind) {
    case '':
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 4096 })
        .privateKey.export({ type: 'pkcs1', format: 'pem' })
        .toString();
    case 'ecdsa':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' })
        .privateKey.export({ type: 'sec1', format: 'pem' })
        .toString();
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    case 'dsa':
      throw new GoError('genPrivateKey "dsa" is not available: choose rsa, ecdsa or ed25519');
    default:
      return `Unknown type ${kind}`;
  }
}

function buildCertificate(cert: string, key: string): Certificate {
  const certBytes = decodeBase64(cert);
  if (typeof certBytes === 'number') throw new GoError('unable to decode base64 certificate');
  const keyBytes = decodeBase64(key);
  if (typeof keyBytes === 'number') throw new GoError('unable to decode base64 private key');
  const certText = fromBytes(certBytes);
  if (!certText.includes('-----BEGIN ')) throw new GoError('unable to decode certificate');
  const keyText = fromBytes(keyBytes);
  if (!keyText.includes('-----BEGIN ')) throw new GoError('error parsing private key: no PEM data in input');
  attempt('error parsing certificate: decodedCert.Bytes', () => new X509Certificate(certBytes));
  attempt('error parsing private key', () => createPrivateKey(Buffer.from(keyBytes)));
  return new Certificate(certText, keyText);
}

function attempt(what: string, run: () => unknown): void {
  try {
    run();
  } catch (error) {
    throw new GoError(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
