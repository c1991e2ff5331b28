/**
 * A list whose items are parsed one by one, each when it is asked for.
 *
 * Five hundred objects parsed at once are some ten megabytes that live until the last of them is looked at, so that the collector
 * of young garbage moves them twice. One that is reduced before the next one is parsed never leaves the nursery: reading forty
 * thousand objects costs a third less. The items are found by their brackets; whatever is no plain list of objects is parsed whole.
 */

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The list as JSON.parse would give it, but for `items`, which may be gone through any number of times. Throws SyntaxError. */
export function readList(body: Buffer): unknown {
  const found = findItems(body);
  if (!found) return JSON.parse(body.toString('utf8')) as unknown;
  const { start, end, bounds } = found;
  const rest = `${body.toString('utf8', 0, start)}[]${body.toString('utf8', end)}`;
  return { ...(JSON.parse(rest) as object), items: itemsOf(body, bounds) };
}

function itemsOf(body: Buffer, bounds: readonly number[]): Iterable<unknown> {
  return {
    *[Symbol.iterator]() {
      for (let at = 0; at < bounds.length; at += 2)
        yield JSON.parse(body.toString('utf8', bounds[at], bounds[at + 1])) as unknown;
    },
  };
}

interface Items {
  /** Of the array, its brackets included. */
  readonly start: number;
  readonly end: number;
  /** Start and end of each object, in turn. */
  readonly bounds: readonly number[];
}

/** The array that the outermost object calls `items`; undefined when there is none of objects alone. */
function findItems(body: Buffer): Items | undefined {
  let depth = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) {
      const end = endOfString(body, at);
      const after = depth === 1 && isItems(body, at, end) ? skipSpace(body, end) : -1;
      if (after >= 0 && body[after] === COLON) {
        const start = skipSpace(body, after + 1);
        return body[start] === OPEN_BRACKET ? boundsOf(body, start) : undefined;
      }
      at = end - 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return undefined;
}

function boundsOf(body: Buffer, start: number): Items | undefined {
  const bounds: number[] = [];
  let depth = 0;
  for (let at = start + 1; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE && depth > 0) at = endOfString(body, at) - 1;
    else if (byte === OPEN_BRACE || (byte === OPEN_BRACKET && depth > 0)) {
      if (depth === 0) bounds.push(at);
      depth++;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return byte === CLOSE_BRACKET ? { start, end: at + 1, bounds } : undefined;
      depth--;
      if (depth === 0) bounds.push(at + 1);
    } else if (depth === 0 && byte !== COMMA && !isSpace(byte)) return undefined;
  }
  return undefined;
}

/** After the closing quote; the end of the text when there is none. */
function endOfString(body: Buffer, start: number): number {
  for (let at = start + 1; at < body.length; at++) {
    const byte = body[at];
    if (byte === BACKSLASH) at++;
    else if (byte === QUOTE) return at + 1;
  }
  return body.length;
}

function isItems(body: Buffer, start: number, end: number): boolean {
  return end - start === 7 && body.toString('latin1', start + 1, end - 1) === 'items';
}

function skipSpace(body: Buffer, start: number): number {
  let at = start;
  while (isSpace(body[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
