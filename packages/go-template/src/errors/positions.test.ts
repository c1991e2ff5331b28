import { describe, expect, it } from 'vitest';
import { templateVariables } from '../variables.ts';
import { createPositions, positionOf } from './index.ts';

describe('createPositions', () => {
  it.each([
    ['', 'nothing'],
    ['one line {{ .a }}', 'one line'],
    ['a\nbé\n\ncc{{ .x }}', 'lines and characters of two bytes'],
    ['\n\n', 'only breaks'],
  ])('says of every offset of %j what positionOf says: %s', (text, _reason) => {
    const positionAt = createPositions(text);
    for (let offset = 0; offset <= text.length; offset++) {
      expect(positionAt(offset)).toEqual(positionOf(text, offset));
      expect(positionAt(offset)).toEqual(positionOf(text, offset));
    }
  });

  it('finds 30,000 variables of one text with one look at it', () => {
    const uses = templateVariables('{{ .uid }}'.repeat(30_000));
    expect(uses).toHaveLength(30_000);
    expect(uses.at(-1)).toMatchObject({ name: 'uid', line: 1, column: 299_993 });
  });
});
