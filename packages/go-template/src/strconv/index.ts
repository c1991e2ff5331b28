/** Go's strconv and the rune classes of unicode, as far as templates can see them. */
export { formatFloat, shortestFloat } from './float.ts';
export { atoi, type Parsed, parseFloat64, parseInt64, parseUint } from './parse.ts';
export { canBackquote, quote, quoteRune, quoteToAscii, unquote, unquoteChar } from './quote.ts';
export { isDigit, isLetter, isPrint } from './unicode.ts';
