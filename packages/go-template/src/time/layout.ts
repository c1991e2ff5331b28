/** Go's layouts: text in which the parts of one certain moment stand for those of any. */

/** A part of a date or time; the text is the layout's own. */
export type Element =
  | 'January'
  | 'Jan'
  | '1'
  | '01'
  | 'Monday'
  | 'Mon'
  | '2'
  | '_2'
  | '02'
  | '__2'
  | '002'
  | '15'
  | '3'
  | '03'
  | '4'
  | '04'
  | '5'
  | '05'
  | '2006'
  | '06'
  | 'PM'
  | 'pm'
  | 'MST'
  | 'Z0700'
  | 'Z070000'
  | 'Z07'
  | 'Z07:00'
  | 'Z07:00:00'
  | '-0700'
  | '-070000'
  | '-07'
  | '-07:00'
  | '-07:00:00'
  | 'fraction0'
  | 'fraction9';

export interface Chunk {
  /** Literal text before the element. */
  readonly prefix: string;
  /** Undefined at the end of the layout. */
  readonly element: Element | undefined;
  /** The element as the layout has it. */
  readonly text: string;
  readonly suffix: string;
  /** Digits of a fraction of a second, 0 for every other element. */
  readonly digits: number;
}

/** The longest spelling first where one begins another. */
const BY_FIRST: ReadonlyMap<string, readonly Element[]> = new Map<string, readonly Element[]>([
  ['J', ['January', 'Jan']],
  ['M', ['Monday', 'Mon', 'MST']],
  ['0', ['01', '02', '03', '04', '05', '06', '002']],
  ['1', ['15', '1']],
  ['2', ['2006', '2']],
  ['_', ['_2', '__2']],
  ['3', ['3']],
  ['4', ['4']],
  ['5', ['5']],
  ['P', ['PM']],
  ['p', ['pm']],
  ['-', ['-070000', '-07:00:00', '-0700', '-07:00', '-07']],
  ['Z', ['Z070000', 'Z07:00:00', 'Z0700', 'Z07:00', 'Z07']],
]);

/** The first element of a layout. */
export function nextChunk(layout: string): Chunk {
  for (let at = 0; at < layout.length; at++) {
    const fraction = fractionAt(layout, at);
    if (fraction !== undefined) {
      const element = fraction[1] === '0' ? 'fraction0' : 'fraction9';
      return chunk(layout, at, fraction.length, element, fraction.length - 1);
    }
    const element = elementAt(layout, at);
    if (element === undefined) continue;
    // A literal underscore before the year.
    if (element === '_2' && layout.startsWith('2006', at + 1)) return chunk(layout, at + 1, 4, '2006', 0);
    return chunk(layout, at, element.length, element, 0);
  }
  return { prefix: layout, element: undefined, text: '', suffix: '', digits: 0 };
}

function chunk(layout: string, at: number, length: number, element: Element, digits: number): Chunk {
  const end = at + length;
  return {
    prefix: layout.slice(0, at),
    element,
    text: layout.slice(at, end),
    suffix: layout.slice(end),
    digits,
  };
}

function elementAt(layout: string, at: number): Element | undefined {
  const candidates = BY_FIRST.get(layout[at]!);
  return candidates?.find((element) => {
    if (!layout.startsWith(element, at)) return false;
    // "Janus" and "Month" are words of their own.
    const isShort = element === 'Jan' || element === 'Mon';
    return !(isShort && /[a-z]/.test(layout[at + 3] ?? ''));
  });
}

/** A point or comma and zeros or nines, when no other digit follows. */
function fractionAt(layout: string, at: number): string | undefined {
  if (layout[at] !== '.' && layout[at] !== ',') return undefined;
  const run = /^[.,](?:0+|9+)(?![0-9])/.exec(layout.slice(at));
  return run?.[0];
}
