/** mysql_native_password: what a client that knows the password sends (MySQL source, "Native Authentication"). */
import { createHash, timingSafeEqual } from 'node:crypto';

const sha1 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** SHA1(password) XOR SHA1(seed + SHA1(SHA1(password))); nothing for an empty password. */
export function isRightAnswer(password: string, seed: Buffer, answer: Buffer): boolean {
  if (password === '') return answer.length === 0;
  const once = sha1(password);
  const mask = sha1(seed, sha1(once));
  const expected = Buffer.from(once.map((byte, index) => byte ^ (mask[index] ?? 0)));
  return expected.length === answer.length && timingSafeEqual(expected, answer);
}
