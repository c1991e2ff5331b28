/** The error of this package: what is wrong with a template, where, in Go's own words. */

/**
 * - `parse`: the text is no template;
 * - `exec`: the template met data it cannot work with, or a function reported an error;
 * - `limit`: the render asked for more output, steps, depth or memory than it may have.
 */
export type TemplateErrorKind = 'parse' | 'exec' | 'limit';

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly kind: TemplateErrorKind;
  /** The name given to `compile` (default `template`). */
  readonly source: string;
  /** From 1. */
  readonly line: number;
  /** As Go prints it: bytes before it on its line, so from 0. Parse errors carry it too, though Go's text does not. */
  readonly column: number;
  /** The message without `template: NAME:LINE:COLUMN: executing "NAME" at <NODE>: `. */
  readonly detail: string;

  constructor(
    kind: TemplateErrorKind,
    message: string,
    at: { source: string; line: number; column: number; detail: string },
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.source = at.source;
    this.line = at.line;
    this.column = at.column;
    this.detail = at.detail;
  }
}

/** Line (from 1) and column (bytes, from 0) of a position in a text. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  return { line, column: Buffer.byteLength(before.slice(lineStart), 'utf8') };
}

/** As positionOf for offsets that only grow: each piece of the text is looked at once. */
export function createPositions(text: string): (offset: number) => { line: number; column: number } {
  let at = 0;
  let line = 1;
  let column = 0;
  return (offset) => {
    const piece = text.slice(at, offset);
    const lastBreak = piece.lastIndexOf('\n');
    for (let next = piece.indexOf('\n'); next >= 0; next = piece.indexOf('\n', next + 1)) line++;
    column = (lastBreak < 0 ? column : 0) + Buffer.byteLength(piece.slice(lastBreak + 1), 'utf8');
    at = Math.max(at, offset);
    return { line, column };
  };
}
