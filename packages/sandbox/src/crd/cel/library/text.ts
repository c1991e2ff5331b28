/** Functions on text: regular expressions and what CEL's own strings lack here. */
import type { Environment } from '@marcbachmann/cel-js';

export function registerText(env: Environment): void {
  env.registerFunction(
    'string.find(string): string',
    (text: string, pattern: string) => new RegExp(pattern, 'u').exec(text)?.[0] ?? '',
  );
  env.registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
    [...text.matchAll(new RegExp(pattern, 'gu'))].map((m) => m[0]),
  );
  env.registerFunction(
    'string.findAll(string, int): list<string>',
    (text: string, pattern: string, limit: bigint) => {
      const all = [...text.matchAll(new RegExp(pattern, 'gu'))].map((m) => m[0]);
      return limit < 0n ? all : all.slice(0, Number(limit));
    },
  );
  env.registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
    text.replaceAll(from, () => to),
  );
  env.registerFunction(
    'string.replace(string, string, int): string',
    (text: string, from: string, to: string, limit: bigint) => {
      let out = text;
      let at = 0;
      for (let i = 0n; limit < 0n || i < limit; i++) {
        at = out.indexOf(from, at);
        if (at < 0) break;
        out = out.slice(0, at) + to + out.slice(at + from.length);
        at += to.length || 1;
        if (at > out.length) break;
      }
      return out;
    },
  );
  env.registerFunction('string.charAt(int): string', (text: string, index: bigint) => {
    const characters = Array.from(text);
    if (index < 0n || index > characters.length) throw new Error(`index out of range: ${index}`);
    return characters[Number(index)] ?? '';
  });
  env.registerFunction('string.reverse(): string', (text: string) => Array.from(text).reverse().join(''));
}
