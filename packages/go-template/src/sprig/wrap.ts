/** goutils' word wrapping, which counts bytes. */
import { fromLatin1, isAscii, toLatin1 } from '../value/bytes.ts';

/**
 * Breaks text at spaces so that lines have at most `width` bytes. Words that are longer stay whole or, with
 * `breakWords`, are cut.
 */
export function wrap(text: string, width: number, separator: string, breakWords: boolean): string {
  const newline = separator === '' ? '\n' : separator;
  if (isAscii(text)) return wrapBytes(text, Math.max(width, 1), newline, breakWords);
  return fromLatin1(wrapBytes(toLatin1(text), Math.max(width, 1), toLatin1(newline), breakWords));
}

function wrapBytes(text: string, width: number, newline: string, breakWords: boolean): string {
  let out = '';
  let at = 0;
  while (text.length - at > width) {
    if (text[at] === ' ') {
      at++;
      continue;
    }
    // A space just behind the line still ends it.
    let space = text.lastIndexOf(' ', at + width);
    if (space < at && breakWords) {
      out += text.slice(at, at + width) + newline;
      at += width;
      continue;
    }
    if (space < at) {
      space = text.indexOf(' ', at + width);
      if (space < 0) return out + text.slice(at);
    }
    out += text.slice(at, space) + newline;
    at = space + 1;
  }
  return out + text.slice(at);
}
