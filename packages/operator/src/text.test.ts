import { describe, expect, it } from 'vitest';
import { cutText } from './text.ts';

describe('cutText', () => {
  it.each([
    ['abcdef', 6, 'abcdef', 'it fits'],
    ['abcdefg', 6, 'abc...', 'one too many'],
    ['ab😀defg', 6, 'ab...', 'a character of two units is left out as a whole'],
    ['a😀defgh', 6, 'a😀...', 'or kept as a whole'],
    ['', 6, '', 'nothing'],
  ])('%j, %d -> %j: %s', (text, max, expected) => {
    expect(cutText(text, max)).toBe(expected);
    expect(Buffer.from(cutText(text, max)).toString()).toBe(cutText(text, max));
  });
});
