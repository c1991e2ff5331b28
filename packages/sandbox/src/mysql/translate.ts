/** MySQL's statements in SQLite's words; what both understand is left as it is. */
import { translateCreate } from './create.ts';
import { isWord, nameOf, quote, type Token } from './tokens.ts';
import { variableValue } from './variables.ts';

/** What a statement can ask of the connection that sends it. */
export interface Connection {
  readonly id: number;
  readonly user: string;
  readonly database: string;
}

/** One statement without spaces and comments, as SQLite's text. Throws MysqlError for a variable that is not known. */
export function translate(tokens: readonly Token[], connection: Connection): string {
  let list = dropDatabase(tokens, connection.database);
  list = answerInformation(list, connection);
  list = rewriteConcat(list);
  if (isWord(list[0], 'CREATE') && list.slice(0, 3).some((token) => isWord(token, 'TABLE')))
    list = translateCreate(list);
  else if (isWord(list[0], 'TRUNCATE'))
    list = [word('DELETE'), word('FROM'), ...list.slice(isWord(list[1], 'TABLE') ? 2 : 1)];
  else if (isWord(list[0], 'INSERT')) list = translateInsert(list);
  return textOf(list);
}

function textOf(tokens: readonly Token[]): string {
  return tokens
    .map(({ text, adjoins }) => (adjoins ? text : ` ${text}`))
    .join('')
    .trimStart();
}

function word(text: string): Token {
  return { type: 'word', text, source: text };
}

function punctuation(text: string): Token {
  return { type: 'punctuation', text, source: text };
}

/** `tenants.table` is `table`: there is one database. */
function dropDatabase(tokens: readonly Token[], database: string): Token[] {
  return tokens.filter((token, index) => {
    const isPrefix = (at: number) =>
      tokens[at + 1]?.source === '.' &&
      tokens[at - 1]?.source !== '.' &&
      ['word', 'name'].includes(tokens[at]?.type ?? '') &&
      nameOf(tokens[at]) === database;
    return !isPrefix(index) && !(token.source === '.' && isPrefix(index - 1));
  });
}

/** `@@version`, `DATABASE()` and the like, under the name that a client expects for the column. */
function answerInformation(tokens: readonly Token[], connection: Connection): Token[] {
  const out: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as Token;
    const isCall =
      token.type === 'word' && tokens[index + 1]?.source === '(' && tokens[index + 2]?.source === ')';
    const answer =
      token.type === 'variable'
        ? variableValue(token.source, connection)
        : isCall
          ? callValue(token.source.toUpperCase(), connection)
          : undefined;
    if (answer === undefined) {
      out.push(token);
      continue;
    }
    const column = isCall ? `${token.source}()` : token.source;
    if (isCall) index += 2;
    out.push(word(typeof answer === 'number' ? String(answer) : answer === null ? 'NULL' : quote(answer)));
    const next = tokens[index + 1];
    const isWholeColumn = next === undefined || next.source === ',' || isWord(next, 'LIMIT', 'FROM');
    const isOpen =
      out.filter(({ source }) => source === '(').length === out.filter(({ source }) => source === ')').length;
    if (isWholeColumn && isOpen && isWord(tokens[0], 'SELECT'))
      out.push(word('AS'), { type: 'name', source: column, text: `\`${column}\`` });
  }
  return out;
}

function callValue(name: string, { id, user, database }: Connection): string | number | undefined {
  switch (name) {
    case 'DATABASE':
    case 'SCHEMA':
      return database;
    case 'USER':
    case 'CURRENT_USER':
    case 'SESSION_USER':
      return `${user}@localhost`;
    case 'CONNECTION_ID':
      return id;
    case 'VERSION':
      return String(variableValue('@@version', { id, user, database }));
    case 'NOW':
      return new Date().toISOString().slice(0, 19).replace('T', ' ');
    default:
      return undefined;
  }
}

/** `CONCAT(a, b)` is `(a || b)`: NULL when one of them is, where SQLite's own function leaves it out. */
function rewriteConcat(tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  // For each open bracket, whether its commas are those of a CONCAT.
  const open: boolean[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as Token;
    if (isWord(token, 'CONCAT') && tokens[index + 1]?.source === '(') {
      out.push(punctuation('('), punctuation('('));
      open.push(true);
      index++;
    } else if (token.source === '(') {
      out.push(token);
      open.push(false);
    } else if (token.source === ')') {
      out.push(token);
      if (open.pop()) out.push(punctuation(')'));
    } else if (token.source === ',' && open.at(-1)) {
      out.push(punctuation(')'), punctuation('||'), punctuation('('));
    } else out.push(token);
  }
  return out;
}

/** `INSERT IGNORE`, and `ON DUPLICATE KEY UPDATE` with `VALUES(column)`. */
function translateInsert(tokens: readonly Token[]): Token[] {
  const list = isWord(tokens[1], 'IGNORE')
    ? [word('INSERT'), word('OR'), word('IGNORE'), ...tokens.slice(2)]
    : [...tokens];
  const at = list.findIndex((token, index) => isWord(token, 'ON') && isWord(list[index + 1], 'DUPLICATE'));
  if (at < 0) return list;
  const update = list.slice(at + 4);
  const set: Token[] = [];
  for (let index = 0; index < update.length; index++) {
    const token = update[index] as Token;
    if (isWord(token, 'VALUES') && update[index + 1]?.source === '(') {
      set.push(word('excluded'), punctuation('.'), update[index + 2] as Token);
      index += 3;
    } else set.push(token);
  }
  return [...list.slice(0, at), ...['ON', 'CONFLICT', 'DO', 'UPDATE', 'SET'].map(word), ...set];
}
