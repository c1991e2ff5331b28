/** MySQL's text as tokens: enough to tell words from strings, names and comments, and to end statements. */
export interface Token {
  /** `space` is white space and comments. */
  readonly type: 'word' | 'string' | 'name' | 'number' | 'variable' | 'punctuation' | 'space';
  /** As SQLite reads it: strings in single quotes with quotes doubled, names in back quotes. */
  readonly text: string;
  /** As it was written. */
  readonly source: string;
  /** Whether it follows the token before it without a space: SQLite names columns by their text. */
  readonly adjoins?: boolean;
}

const pattern =
  /(?<space>\s+|--(?=\s|$)[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*")|(?<name>`(?:[^`]|``)*`)|(?<number>[bB]'[01]+'|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$]))|(?<variable>@@?(?:[\w$.]+|`[^`]+`))|(?<word>[\w$\u0080-\uffff]+)|(?<punctuation>\|\||<=>|<=|>=|<>|!=|:=|[\s\S])/gy;

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  0: '\0',
  Z: '\u001a',
};

/** The text of a quoted string; MySQL's escapes are those of its manual, "String Literals". */
export function unquote(source: string): string {
  const quote = source.charAt(0);
  return source.slice(1, -1).replaceAll(/\\([\s\S])|''|""/g, (all: string, escaped: string | undefined) => {
    if (escaped !== undefined) return escapes[escaped] ?? escaped;
    return all.startsWith(quote) ? quote : all;
  });
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function tokenize(sql: string): Token[] {
  return Array.from(sql.matchAll(pattern), (match) => {
    const source = match[0];
    const type = (Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0] ??
      'punctuation') as Token['type'];
    if (type === 'space') return { type, source, text: ' ' };
    if (type === 'string') return { type, source, text: quote(unquote(source)) };
    const bits = /^b'([01]+)'$/i.exec(source)?.[1];
    return { type, source, text: bits === undefined ? source : String(Number.parseInt(bits, 2)) };
  });
}

/** Statements without what divides them; empty ones are left out. */
export function splitStatements(sql: string): Token[][] {
  const statements: Token[][] = [[]];
  for (const token of tokenize(sql)) {
    if (token.source === ';' && token.type === 'punctuation') statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((tokens) => tokens.some(({ type }) => type !== 'space'));
}

/** The tokens that say something. */
export function significant(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token, index) => {
    if (token.type === 'space') return [];
    return tokens[index - 1]?.type === 'space' ? [token] : [{ ...token, adjoins: true }];
  });
}

export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.type === 'word' && words.includes(token.source.toUpperCase());
}

/** The name that a word or a quoted name stands for. */
export function nameOf(token: Token | undefined): string {
  const source = token?.source ?? '';
  return token?.type === 'name' ? source.slice(1, -1).replaceAll('``', '`') : source;
}
