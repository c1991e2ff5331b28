/** sprig's regular expressions. Without `must` a bad pattern fails too, save in regexMatch, where nothing matches. */
import type { FuncSpec } from '../funcs/table.ts';
import { func } from '../funcs/table.ts';
import { quoteMeta, Regexp } from '../regexp/index.ts';
import { GoError } from '../value/goerror.ts';
import { nilSlice, type Slice, strings } from '../value/slice.ts';
import { BOOL, INT, STRING, STRINGS } from '../value/type.ts';
import { count } from './text.ts';

type Compile = (pattern: string) => Regexp;

function listOf(texts: string[] | undefined): Slice {
  return texts === undefined ? nilSlice(STRINGS) : strings(texts);
}

/** Each function once with the panic's text and once with the error's. */
function bothWays(compile: Compile) {
  return {
    findAll: func([STRING, STRING, INT], STRINGS, (_, pattern, text, limit) =>
      listOf(compile(pattern).findAll(text, count(limit))),
    ),
    find: func([STRING, STRING], STRING, (_, pattern, text) => compile(pattern).find(text)),
    replaceAll: func([STRING, STRING, STRING], STRING, (context, pattern, text, replacement) => {
      context.reserve((text.length + 1) * replacement.length);
      return compile(pattern).replaceAll(text, replacement);
    }),
    replaceAllLiteral: func([STRING, STRING, STRING], STRING, (context, pattern, text, replacement) => {
      context.reserve((text.length + 1) * replacement.length);
      return compile(pattern).replaceAllLiteral(text, replacement);
    }),
    split: func([STRING, STRING, INT], STRINGS, (_, pattern, text, limit) =>
      listOf(compile(pattern).split(text, count(limit))),
    ),
  };
}

const plain = bothWays((pattern) => Regexp.mustCompile(pattern));
const must = bothWays((pattern) => Regexp.compile(pattern));

export const regex: Readonly<Record<string, FuncSpec>> = {
  regexMatch: func([STRING, STRING], BOOL, (_, pattern, text) => {
    try {
      return Regexp.compile(pattern).test(text);
    } catch (error) {
      if (error instanceof GoError) return false;
      throw error;
    }
  }),
  mustRegexMatch: func([STRING, STRING], BOOL, (_, pattern, text) => Regexp.compile(pattern).test(text)),
  regexFindAll: plain.findAll,
  mustRegexFindAll: must.findAll,
  regexFind: plain.find,
  mustRegexFind: must.find,
  regexReplaceAll: plain.replaceAll,
  mustRegexReplaceAll: must.replaceAll,
  regexReplaceAllLiteral: plain.replaceAllLiteral,
  mustRegexReplaceAllLiteral: must.replaceAllLiteral,
  regexSplit: plain.split,
  mustRegexSplit: must.split,
  regexQuoteMeta: func([STRING], STRING, (_, text) => quoteMeta(text)),
};
