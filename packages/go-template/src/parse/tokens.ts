/** The token stream with the look-ahead and the push-back that the grammar needs. */
import type { Lexer, Token } from '../lex/index.ts';

export class Tokens {
  readonly #lexer: Lexer;
  /** Pushed-back tokens, the next one last. */
  readonly #pending: Token[] = [];
  /** The token read last from the lexer: its line is the line of an error. */
  last: Token;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
    this.last = { type: 'eof', pos: 0, value: '', line: 0 };
  }

  next(): Token {
    const pending = this.#pending.pop();
    if (pending !== undefined) return pending;
    this.last = this.#lexer.next();
    return this.last;
  }

  /** Puts tokens back; the first of them is read first again. */
  backup(...tokens: Token[]): void {
    this.#pending.push(...tokens.reverse());
  }

  peek(): Token {
    const token = this.next();
    this.#pending.push(token);
    return token;
  }

  nextNonSpace(): Token {
    let token = this.next();
    while (token.type === 'space') token = this.next();
    return token;
  }

  /** Skips spaces for good, as Go's peekNonSpace does. */
  peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.#pending.push(token);
    return token;
  }
}
