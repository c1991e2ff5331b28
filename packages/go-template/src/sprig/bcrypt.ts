/** bcrypt (Provos and Mazieres, 1999), version 2a. */

/** Longer passwords are refused, as Go does: the algorithm would not see their end. */
export const MAX_PASSWORD_BYTES = 72;

const ROUNDS = 16;
const S_WORDS = 1024;

/** "$2a$COST$" with salt and hash; the salt has 16 bytes. */
export function bcrypt(password: Uint8Array, salt: Uint8Array, cost: number): string {
  const key = wordsOf(Buffer.concat([password, Buffer.of(0)]));
  const saltWords = wordsOf(salt);
  const state = new Blowfish();
  state.expand(key, saltWords);
  for (let i = 0; i < 2 ** cost; i++) {
    state.expand(key, ZERO_SALT);
    state.expand(saltWords, ZERO_SALT);
  }
  const text = Buffer.from('OrpheanBeholderScryDoubt');
  const words = Int32Array.from({ length: 6 }, (_, i) => text.readInt32BE(i * 4));
  for (let i = 0; i < words.length; i += 2) {
    for (let n = 0; n < 64; n++) state.encrypt(words, i);
  }
  const hash = Buffer.alloc(24);
  for (const [i, word] of words.entries()) hash.writeInt32BE(word, i * 4);
  return `$2a$${String(cost).padStart(2, '0')}$${encode(salt)}${encode(hash.subarray(0, 23))}`;
}

/** bcrypt's own alphabet over base64, without padding. */
function encode(bytes: Uint8Array): string {
  const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const own = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const base64 = Buffer.from(bytes).toString('base64').replace(/=+$/, '');
  return Array.from(base64, (character) => own[standard.indexOf(character)]).join('');
}

/** 18 words of bytes repeated as often as it takes, which is how both key and salt are read. */
function wordsOf(bytes: Uint8Array): Int32Array {
  let at = 0;
  return Int32Array.from({ length: ROUNDS + 2 }, () => {
    let word = 0;
    for (let i = 0; i < 4; i++) word = (word << 8) | bytes[at++ % bytes.length]!;
    return word;
  });
}

const ZERO_SALT = new Int32Array(ROUNDS + 2);

class Blowfish {
  readonly #p: Int32Array;
  readonly #s: Int32Array;

  constructor() {
    const words = piWords();
    this.#p = words.slice(0, ROUNDS + 2);
    this.#s = words.slice(ROUNDS + 2);
  }

  /** Mixes a key in; the salt's first four words are mixed into what is encrypted, over and over. */
  expand(key: Int32Array, salt: Int32Array): void {
    const p = this.#p;
    const s = this.#s;
    for (let i = 0; i < p.length; i++) p[i] = p[i]! ^ key[i]!;
    const block = new Int32Array(2);
    let at = 0;
    const next = () => {
      block[0] = block[0]! ^ salt[at]!;
      block[1] = block[1]! ^ salt[at + 1]!;
      at = (at + 2) % 4;
      this.encrypt(block, 0);
    };
    for (let i = 0; i < p.length; i += 2) {
      next();
      p.set(block, i);
    }
    for (let i = 0; i < s.length; i += 2) {
      next();
      s.set(block, i);
    }
  }

  encrypt(words: Int32Array, at: number): void {
    const p = this.#p;
    const s = this.#s;
    let left = words[at]! ^ p[0]!;
    let right = words[at + 1]!;
    for (let i = 1; i <= ROUNDS; i++) {
      let mixed = (s[left >>> 24]! + s[256 + ((left >>> 16) & 255)]!) | 0;
      mixed = ((mixed ^ s[512 + ((left >>> 8) & 255)]!) + s[768 + (left & 255)]!) | 0;
      const swapped = right ^ mixed ^ p[i]!;
      right = left;
      left = swapped;
    }
    words[at] = right ^ p[ROUNDS + 1]!;
    words[at + 1] = left;
  }
}

let initial: Int32Array | undefined;

/** Blowfish begins with the digits of pi behind the point: computed once, when a first password asks. */
function piWords(): Int32Array {
  if (initial !== undefined) return initial;
  const words = ROUNDS + 2 + S_WORDS;
  const bits = BigInt(words * 32);
  const guard = 64n;
  const one = 1n << (bits + guard);
  // Machin: pi = 16 arctan(1/5) - 4 arctan(1/239).
  const pi = 16n * arctanOfInverse(5n, one) - 4n * arctanOfInverse(239n, one);
  const digits = ((pi >> guard) & ((1n << bits) - 1n)).toString(16).padStart(words * 8, '0');
  initial = Int32Array.from(
    { length: words },
    (_, i) => Number.parseInt(digits.slice(i * 8, i * 8 + 8), 16) | 0,
  );
  return initial;
}

function arctanOfInverse(x: bigint, one: bigint): bigint {
  const square = x * x;
  let power = one / x;
  let sum = power;
  for (let n = 3n, sign = -1n; power !== 0n; n += 2n, sign = -sign) {
    power /= square;
    sum += (sign * power) / n;
  }
  return sum;
}
