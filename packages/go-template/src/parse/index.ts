/** Template text to syntax trees: the main template and those it defines, by name. */
import { positionOf, TemplateError } from '../errors/index.ts';
import type { ListNode } from './node.ts';
import { Parser } from './parser.ts';

export type * from './node.ts';
export { nodeText } from './text.ts';

export interface ParseOptions {
  readonly name: string;
  /** Which functions exist; without it every name is taken for a function. */
  readonly hasFunction?: (name: string) => boolean;
}

/** @throws TemplateError of kind `parse` with Go's text */
export function parse(source: string, options: ParseOptions): ReadonlyMap<string, ListNode> {
  const parser = new Parser(options.name, source, options.hasFunction);
  try {
    parser.parse();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const detail = 'max expression depth exceeded';
    const at = { source: options.name, ...positionOf(source, 0), detail };
    throw new TemplateError('parse', `template: ${options.name}:1: ${detail}`, at, error);
  }
  return parser.trees;
}
