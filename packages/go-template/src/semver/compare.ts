/** The order of versions. */
import { parseUint } from '../strconv/index.ts';
import { compareStrings } from '../value/bytes.ts';

export interface Parts {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
}

/** -1, 0 or 1; build metadata does not count. */
export function compareVersions(a: Parts, b: Parts): number {
  const numbers = sign(a.major, b.major) || sign(a.minor, b.minor) || sign(a.patch, b.patch);
  if (numbers !== 0 || a.prerelease === b.prerelease) return numbers;
  if (a.prerelease === '') return 1;
  if (b.prerelease === '') return -1;
  return comparePrereleases(a.prerelease, b.prerelease);
}

function sign(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function comparePrereleases(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = comparePart(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers come before words, and nothing before both. */
function comparePart(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return -1;
  if (b === '') return 1;
  const left = parseUint(a, 10);
  const right = parseUint(b, 10);
  if (left.error !== undefined && right.error !== undefined) return compareStrings(a, b) > 0 ? 1 : -1;
  if (right.error !== undefined) return -1;
  if (left.error !== undefined) return 1;
  return left.value > right.value ? 1 : -1;
}
