/** CREATE TABLE: what MySQL says about a column or a table and SQLite has no word for. */
import { isWord, type Token } from './tokens.ts';

const word = (text: string): Token => ({ type: 'word', text, source: text });

/** Tokens of a CREATE TABLE statement; options after the columns (`ENGINE=InnoDB` ...) go. */
export function translateCreate(tokens: readonly Token[]): Token[] {
  const first = tokens.findIndex(({ source }) => source === '(');
  if (first < 0) return [...tokens];
  const items: Token[][] = [[]];
  let depth = 0;
  let last = first;
  for (; last < tokens.length; last++) {
    const token = tokens[last] as Token;
    if (token.source === '(' && depth++ === 0) continue;
    if (token.source === ')' && --depth === 0) break;
    if (token.source === ',' && depth === 1) items.push([]);
    else items.at(-1)?.push(token);
  }
  if (depth !== 0) return [...tokens];
  const comma: Token = { type: 'punctuation', text: ',', source: ',' };
  const columns = items.flatMap((item) => {
    const translated = translateItem(item);
    return translated.length === 0 ? [] : [translated];
  });
  return [
    ...tokens.slice(0, first + 1),
    ...columns.flatMap((column, index) => (index === 0 ? column : [comma, ...column])),
    tokens[last] as Token,
  ];
}

function translateItem(item: readonly Token[]): Token[] {
  // An index is no constraint.
  if (isWord(item[0], 'KEY', 'INDEX', 'FULLTEXT', 'SPATIAL')) return [];
  if (isWord(item[0], 'UNIQUE') && isWord(item[1], 'KEY', 'INDEX'))
    return [word('UNIQUE'), ...item.slice(item.findIndex(({ source }) => source === '('))];
  if (isWord(item[0], 'PRIMARY', 'UNIQUE', 'CONSTRAINT', 'FOREIGN', 'CHECK')) return [...item];
  return translateColumn(item);
}

const textTypes = ['CHAR', 'VARCHAR', 'TEXT', 'TINYTEXT', 'MEDIUMTEXT', 'LONGTEXT', 'ENUM'];

function translateColumn(item: readonly Token[]): Token[] {
  const isCounter = item.some((token) => isWord(token, 'AUTO_INCREMENT'));
  const out: Token[] = item.slice(0, 1);
  let index = 2;
  if (item[1] !== undefined) {
    // Only this spelling counts by itself.
    out.push(isCounter ? word('INTEGER') : isWord(item[1], 'ENUM') ? word('TEXT') : item[1]);
    if (item[2]?.source === '(') {
      const end = item.findIndex(({ source }) => source === ')');
      if (!isCounter && !isWord(item[1], 'ENUM')) out.push(...item.slice(2, end + 1));
      index = end + 1;
    }
    // MySQL's texts are equal whatever their case.
    if (isWord(item[1], ...textTypes)) out.push(word('COLLATE'), word('NOCASE'));
  }
  for (; index < item.length; index++) {
    const token = item[index] as Token;
    if (isWord(token, 'AUTO_INCREMENT') || (isCounter && isWord(token, 'UNSIGNED'))) continue;
    if (isWord(token, 'COMMENT', 'COLLATE', 'CHARSET')) index += 1;
    else if (isWord(token, 'CHARACTER') && isWord(item[index + 1], 'SET')) index += 2;
    else if (isWord(token, 'ON') && isWord(item[index + 1], 'UPDATE')) {
      index += 2;
      if (item[index + 1]?.source === '(')
        index = item.findIndex(({ source }, at) => at > index && source === ')');
    } else out.push(token);
  }
  return out;
}
