/** One statement of one connection: what is answered here, what SQLite answers. */
import type { Engine, Result, Value } from './engine.ts';
import { MysqlError, syntaxError } from './error.ts';
import { isWord, nameOf, quote, significant, splitStatements, type Token, unquote } from './tokens.ts';
import { type Connection, translate } from './translate.ts';
import { allVariables, isVariable } from './variables.ts';

export interface Account extends Connection {
  readonly readOnly: boolean;
}

const done: Result = { kind: 'done', affectedRows: 0, insertId: 0 };
const reading = ['SELECT', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'SET', 'USE', 'WITH', 'VALUES', 'DO'];

/** The statements of a text in order; each is carried out when it is asked for. Throws MysqlError. */
export function* execute(
  engine: Engine,
  account: Account,
  sql: string,
): Generator<Result & { isLast: boolean }> {
  const statements = splitStatements(sql).map(significant);
  if (statements.length === 0) throw new MysqlError(1065, 'Query was empty');
  for (const [index, tokens] of statements.entries())
    yield { ...executeOne(engine, account, tokens), isLast: index === statements.length - 1 };
}

function executeOne(engine: Engine, account: Account, tokens: readonly Token[]): Result {
  const [first, second] = tokens;
  const verb = first?.source.toUpperCase() ?? '';
  if (account.readOnly && !reading.includes(verb) && first?.source !== '(')
    throw new MysqlError(1142, `${verb} command denied to user '${account.user}'@'localhost'`);
  switch (verb) {
    case 'SET':
      return set(tokens);
    case 'USE':
      return useDatabase(account, nameOf(second));
    case 'SHOW':
      return show(engine, account, tokens.slice(1));
    case 'DESCRIBE':
    case 'DESC':
      return describe(engine, account, nameOf(tokens.at(-1)));
    case 'COMMIT':
    case 'LOCK':
    case 'UNLOCK':
    case 'FLUSH':
      return done;
    case 'BEGIN':
    case 'START':
    case 'ROLLBACK':
    case 'SAVEPOINT':
      throw noTransactions();
    // SQLite's own, which reach into files and settings.
    case 'ATTACH':
    case 'DETACH':
    case 'PRAGMA':
    case 'VACUUM':
      throw syntaxError(verb);
    case 'PREPARE':
    case 'EXECUTE':
    case 'DEALLOCATE':
      throw new MysqlError(1295, 'This database has no prepared statements; send the statement itself');
    case 'CREATE':
    case 'DROP':
      return define(engine, account, tokens);
    case 'RENAME':
      return rename(engine, account, tokens);
  }
  return engine.run(translate(tokens, account), account);
}

/** CREATE and DROP. */
function define(engine: Engine, account: Account, tokens: readonly Token[]): Result {
  if (isWord(tokens[1], 'DATABASE', 'SCHEMA')) return changeDatabase(account, tokens);
  const model = isWord(tokens[0], 'CREATE') ? likeOf(tokens) : undefined;
  return model ? createLike(engine, account, model) : engine.run(translate(tokens, account), account);
}

/** `CREATE TABLE [IF NOT EXISTS] copy LIKE original`: the two names; undefined for other statements. */
function likeOf(tokens: readonly Token[]): { copy: string; original: string; mayExist: boolean } | undefined {
  const at = tokens.findIndex((token) => isWord(token, 'LIKE'));
  // Brackets are optional around the LIKE; columns have more inside.
  const plain = tokens.slice(at + 1).filter(({ source }) => source !== ')' && source !== '.');
  if (!isWord(tokens[1], 'TABLE') || at < 3 || plain.length === 0 || plain.length > 2) return undefined;
  const before = tokens.slice(2, at).filter(({ source }) => source !== '(');
  return {
    copy: nameOf(before.at(-1)),
    original: nameOf(plain.at(-1)),
    mayExist: isWord(tokens[2], 'IF'),
  };
}

/** A table with the same columns and keys, and no rows. */
function createLike(
  engine: Engine,
  account: Account,
  { copy, original, mayExist }: { copy: string; original: string; mayExist: boolean },
): Result {
  const rows = engine.read(
    `SELECT name, sql FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(${quote(original)})`,
  );
  const [name, sql] = (rows[0] ?? []).map(String);
  if (name === undefined || sql === undefined)
    throw new MysqlError(1146, `Table '${account.database}.${original}' doesn't exist`);
  const columns = sql.slice(sql.indexOf('('));
  const quoted = `"${copy.replaceAll('"', '""')}"`;
  return engine.run(`CREATE TABLE ${mayExist ? 'IF NOT EXISTS ' : ''}${quoted} ${columns}`, account);
}

/** `RENAME TABLE a TO b, c TO d`. */
function rename(engine: Engine, account: Account, tokens: readonly Token[]): Result {
  if (!isWord(tokens[1], 'TABLE')) throw syntaxError('RENAME');
  const pairs = tokens.slice(2).reduce<Token[][]>(
    (lists, token) => {
      if (token.source === ',') lists.push([]);
      else lists.at(-1)?.push(token);
      return lists;
    },
    [[]],
  );
  for (const pair of pairs) {
    const to = pair.findIndex((token) => isWord(token, 'TO'));
    if (to < 1 || pair.length < to + 2) throw syntaxError('TABLE');
    const [from, into] = [pair[to - 1], pair.at(-1)].map(
      (token) => `"${nameOf(token).replaceAll('"', '""')}"`,
    );
    engine.run(`ALTER TABLE ${from} RENAME TO ${into}`, account);
  }
  return done;
}

function noTransactions(): MysqlError {
  return new MysqlError(1235, 'This database has no transactions: every statement commits by itself');
}

function set(tokens: readonly Token[]): Result {
  const rest = tokens.slice(1).filter((token) => !isWord(token, 'SESSION', 'GLOBAL', 'LOCAL'));
  if (isWord(rest[0], 'NAMES', 'CHARACTER', 'TRANSACTION')) return done;
  rest.forEach((token, index) => {
    if (rest[index + 1]?.source !== '=' && rest[index + 1]?.source !== ':=') return;
    if (token.type === 'variable' && !token.source.startsWith('@@')) return;
    const name = nameOf(token)
      .replace(/^@@(?:(?:session|global|local)\.)?/i, '')
      .toLowerCase();
    if (!isVariable(name) && !/^(?:sql_|foreign_key_checks|unique_checks|net_)/.test(name))
      throw new MysqlError(1193, `Unknown system variable '${name}'`);
    if (name === 'autocommit' && /^(?:0|off|false)$/i.test(rest[index + 2]?.source ?? ''))
      throw noTransactions();
  });
  return done;
}

function useDatabase({ database }: Account, name: string): Result {
  if (name !== database) throw new MysqlError(1049, `Unknown database '${name}'`);
  return done;
}

function changeDatabase(account: Account, tokens: readonly Token[]): Result {
  const name = nameOf(tokens.at(isWord(tokens[2], 'IF') ? (isWord(tokens[3], 'NOT') ? 5 : 4) : 2));
  const mayExist = isWord(tokens[0], 'CREATE') && isWord(tokens[2], 'IF');
  if (mayExist && name === account.database) return done;
  throw new MysqlError(1044, `Access denied for user '${account.user}'@'localhost' to database '${name}'`);
}

function table(columns: readonly string[], rows: readonly (readonly Value[])[]): Result {
  return { kind: 'rows', columns: [...columns], rows: rows.map((row) => [...row]) };
}

function show(engine: Engine, account: Account, tokens: readonly Token[]): Result {
  const words = tokens.filter((token) => !isWord(token, 'SESSION', 'GLOBAL', 'FULL'));
  const at = words.findIndex((token) => isWord(token, 'LIKE'));
  const like = at < 0 ? '%' : unquote(words[at + 1]?.source ?? "'%'");
  const matches = (text: string) =>
    engine.read(`SELECT ${quote(text)} LIKE ${quote(like)} ESCAPE '\\'`)[0]?.[0] === 1n;
  switch (words[0]?.source.toUpperCase()) {
    case 'DATABASES':
    case 'SCHEMAS':
      return table(['Database'], [[account.database]]);
    case 'TABLES':
      return table(
        [`Tables_in_${account.database}`],
        tableNames(engine)
          .filter(matches)
          .map((name) => [name]),
      );
    case 'VARIABLES':
      return table(
        ['Variable_name', 'Value'],
        allVariables().filter(([name]) => matches(name)),
      );
    case 'STATUS':
      return table(['Variable_name', 'Value'], []);
    case 'WARNINGS':
    case 'ERRORS':
      return table(['Level', 'Code', 'Message'], []);
    case 'COLUMNS':
    case 'FIELDS':
      return describe(engine, account, nameOf(words[2]));
    default:
      throw syntaxError(tokens.map(({ source }) => source).join(' '));
  }
}

function tableNames(engine: Engine): string[] {
  const rows = engine.read(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  return rows.map(([name]) => String(name));
}

function describe(engine: Engine, { database }: Account, name: string): Result {
  const rows = engine.read(
    `SELECT name, type, "notnull", pk, dflt_value, hidden FROM pragma_table_xinfo(${quote(name)})`,
  );
  if (rows.length === 0) throw new MysqlError(1146, `Table '${database}.${name}' doesn't exist`);
  return table(
    ['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'],
    rows.map(([field, type, notNull, key, value, hidden]) => [
      field ?? null,
      String(type)
        .toLowerCase()
        .replace(/ generated always$/, ''),
      notNull === 1n || key === 1n ? 'NO' : 'YES',
      key === 0n ? '' : 'PRI',
      value ?? null,
      hidden === 3n ? 'STORED GENERATED' : hidden === 2n ? 'VIRTUAL GENERATED' : '',
    ]),
  );
}
