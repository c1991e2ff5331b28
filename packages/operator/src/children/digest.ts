/** Short digests of JSON, to tell whether something changed without keeping it. */
import { createHash, createHmac } from 'node:crypto';

/** JSON with the keys of every object in code-unit order: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const record = value as Readonly<Record<string, unknown>>;
  const members = Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`);
  return `{${members.join(',')}}`;
}

/** 128 bits as 22 characters of base64url. */
export interface Digester {
  digest(value: unknown, kind: { readonly apiVersion: string; readonly kind: string }): string;
}

/**
 * Digests land in a status that many may read, so those of Secrets are keyed: without the key nobody can try out guesses
 * against them.
 */
export function createDigester(secretKey: string | Buffer): Digester {
  return {
    digest(value, { apiVersion, kind }) {
      const text = canonicalJson(value);
      const isSecret = apiVersion === 'v1' && kind === 'Secret';
      const hash = isSecret
        ? createHmac('sha256', secretKey).update(text)
        : createHash('sha256').update(text);
      return hash.digest('base64url').slice(0, 22);
    },
  };
}
