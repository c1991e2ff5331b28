import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Quote, quoteTableWith, quoteWith } from './identifier.ts';

// Always the same draws, so that a failure is of the change that was made; FC_SEED draws others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

type Case = [quote: Quote, name: string, sql: string, reason: string];

describe('quoteTableWith', () => {
  it.each([
    ['"', 'tenants', '"tenants"', 'a table'],
    ['"', 'Tenants', '"Tenants"', 'its case is kept'],
    ['"', 'saas.tenants', '"saas"."tenants"', 'a table of a schema'],
    ['"', '"saas.v1"."tenants"', '"saas.v1"."tenants"', 'parts with dots, in quotes already'],
    ['"', '"a""b.c"', '"a""b.c"', 'a quote within quotes'],
    ['"', '"a".b', '"""a"""."b"', 'partly in quotes is a name that contains them'],
    ['"', '"', '""""', 'nothing but a quote'],
    ['"', '""', '""""""', 'an empty name in quotes is none'],
    ['"', '"a"; DROP TABLE b; --"', '"""a""; DROP TABLE b; --"""', 'what only begins like a quoted name'],
    ['`', '`a.b`', '`a.b`', 'the quotes of MySQL'],
    ['`', '"a"', '`"a"`', 'the quotes of another database are letters'],
  ] as Case[])('with %s: %j -> %s: %s', (quote, name, expected) => {
    expect(quoteTableWith(quote, name)).toBe(expected);
  });
});

/** How a server reads a list of quoted identifiers: undefined when anything stands outside of quotes but dots. */
function parse(quote: string, sql: string): string[] | undefined {
  const names: string[] = [];
  let at = 0;
  for (;;) {
    if (sql[at] !== quote) return undefined;
    let name = '';
    for (at++; at < sql.length; at++) {
      if (sql[at] !== quote) name += sql[at];
      else if (sql[at + 1] === quote) name += sql[at++];
      else break;
    }
    if (sql[at] !== quote) return undefined;
    names.push(name);
    at++;
    if (at === sql.length) return names;
    if (sql[at++] !== '.') return undefined;
  }
}

const odd = fc.string({ unit: fc.constantFrom('"', '`', '.', 'a', ' ', ';', '-', "'", '\\', 'é') });

describe('any name', () => {
  it('stays inside its quotes', () => {
    fc.assert(
      fc.property(fc.constantFrom('"' as const, '`' as const), odd, (quote, name) => {
        expect(parse(quote, quoteWith(quote, name))).toEqual([name]);
        expect(parse(quote, quoteTableWith(quote, name))).toBeDefined();
      }),
    );
  });
});
