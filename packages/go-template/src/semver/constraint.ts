/** Version constraints: ">= 1.2, < 3 || ~4.1", "1.2 - 2.3", "^0.3", "2.x". */
import { GoError } from '../value/goerror.ts';
import { comparePrereleases, compareVersions } from './compare.ts';
import { parseVersion } from './parse.ts';
import type { Version } from './version.ts';

const PART = '[0-9|x|X|\\*]+';
const TAIL = '(-([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?(\\+([0-9A-Za-z\\-]+(\\.[0-9A-Za-z\\-]+)*))?';
const CONSTRAINED = `v?(${PART})(\\.${PART})?(\\.${PART})?${TAIL}`;
// Longer operators first where Go's leftmost-first alternation would find a shorter one and still go on.
const OPERATORS = '=||!=|>|<|>=|=>|<=|=<|~|~>|\\^';
/** RE2's \s, which has no vertical tab and nothing beyond ASCII. */
const SPACE = '[\\t\\n\\f\\r ]';

const ONE = new RegExp(`^${SPACE}*(${OPERATORS})${SPACE}*(${CONSTRAINED})${SPACE}*$`);
const RANGE = new RegExp(`${SPACE}*(${CONSTRAINED})${SPACE}+-${SPACE}+(${CONSTRAINED})${SPACE}*`, 'g');
const FIND = new RegExp(`(${OPERATORS})${SPACE}*(${CONSTRAINED})`, 'g');
const VALID = new RegExp(
  `^(${SPACE}*(${OPERATORS})${SPACE}*(${CONSTRAINED})${SPACE}*)((?:${SPACE}+|,${SPACE}*)(${OPERATORS})${SPACE}*(${CONSTRAINED})${SPACE}*)*$`,
);

/** How much of the wanted version was left open: `*`, `1.x` or `1.2.x`. */
type Open = 'none' | 'all' | 'minor' | 'patch';

interface Constraint {
  readonly operator: string;
  readonly wanted: Version;
  readonly open: Open;
}

export class Constraints {
  /** One of these must hold in full. */
  readonly #alternatives: readonly (readonly Constraint[])[];

  private constructor(alternatives: readonly (readonly Constraint[])[]) {
    this.#alternatives = alternatives;
  }

  /** @throws GoError for what is no constraint */
  static parse(text: string): Constraints {
    return new Constraints(rewriteRanges(text).split('||').map(parseAll));
  }

  check(version: Version): boolean {
    return this.#alternatives.some((all) => all.every((constraint) => holds(constraint, version)));
  }
}

function rewriteRanges(text: string): string {
  let rewritten = text;
  for (const match of text.matchAll(RANGE)) {
    const high = match[1 + GROUPS_OF_VERSION];
    rewritten = rewritten.replace(match[0], () => `>= ${match[1]}, <= ${high} `);
  }
  return rewritten;
}

/** Groups in CONSTRAINED and the group around it. */
const GROUPS_OF_VERSION = 10;

function parseAll(text: string): Constraint[] {
  if (!VALID.test(text)) throw new GoError(`improper constraint: ${text}`);
  return (text.match(FIND) ?? [text]).map(parseOne);
}

function parseOne(text: string): Constraint {
  const match = ONE.exec(text);
  if (match === null) throw new GoError(`improper constraint: ${text}`);
  const [, operator = '', whole = '', major = '', minor = '', patch = '', tail = ''] = match;
  let open: Open = 'none';
  let wanted = whole;
  if (isOpen(major)) {
    wanted = `0.0.0${tail}`;
    open = 'all';
  } else if (isOpen(minor)) {
    wanted = `${major}.0.0${tail}`;
    open = 'minor';
  } else if (isOpen(patch)) {
    wanted = `${major}${minor}.0${tail}`;
    open = 'patch';
  }
  try {
    return { operator, wanted: parseVersion(wanted), open };
  } catch (error) {
    if (error instanceof GoError) throw new GoError('constraint Parser Error');
    throw error;
  }
}

function isOpen(part: string): boolean {
  return /^\.?[xX*]?$/.test(part) && part !== '.';
}

function holds(constraint: Constraint, version: Version): boolean {
  const { operator, wanted, open } = constraint;
  // A version before its release satisfies only what names one too.
  const closed = version.prerelease !== '' && wanted.prerelease === '';
  if (closed && !(operator === '!=' && open === 'none')) return false;
  const order = compareVersions(version, wanted);
  switch (operator) {
    case '!=':
      return open === 'none' ? order !== 0 : isElsewhere(version, wanted, open);
    case '>':
      return isGreater(version, wanted, open, order);
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      return isAtMost(version, wanted, open, order);
    case '~':
    case '~>':
      return isTilde(version, wanted, open, order);
    case '^':
      return isCaret(version, wanted, open, order);
    default:
      return open === 'none' ? order === 0 : isTilde(version, wanted, open, order);
  }
}

function isElsewhere(version: Version, wanted: Version, open: Open): boolean {
  if (wanted.major !== version.major) return true;
  if (open === 'minor') return false;
  if (wanted.minor !== version.minor) return true;
  if (open === 'patch') {
    const named = version.prerelease !== '' || wanted.prerelease !== '';
    return named && comparePrereleases(version.prerelease, wanted.prerelease) !== 0;
  }
  return wanted.patch !== version.patch || compareVersions(version, wanted) !== 0;
}

function isGreater(version: Version, wanted: Version, open: Open, order: number): boolean {
  if (open === 'none') return order > 0;
  if (version.major !== wanted.major) return version.major > wanted.major;
  if (open === 'minor') return false;
  if (open === 'patch') return version.minor > wanted.minor;
  return order > 0;
}

function isAtMost(version: Version, wanted: Version, open: Open, order: number): boolean {
  if (open === 'none') return order <= 0;
  if (version.major > wanted.major) return false;
  return !(version.major === wanted.major && version.minor > wanted.minor && open !== 'minor');
}

function isTilde(version: Version, wanted: Version, open: Open, order: number): boolean {
  if (order < 0) return false;
  const isZero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n;
  if (isZero && open !== 'minor' && open !== 'patch') return true;
  if (version.major !== wanted.major) return false;
  return version.minor === wanted.minor || open === 'minor';
}

function isCaret(version: Version, wanted: Version, open: Open, order: number): boolean {
  if (order < 0) return false;
  if (wanted.major > 0n || open === 'minor') return version.major === wanted.major;
  if (version.major > 0n) return false;
  if (wanted.minor > 0n || open === 'patch') return version.minor === wanted.minor;
  if (version.minor > 0n) return false;
  return wanted.patch === version.patch;
}
