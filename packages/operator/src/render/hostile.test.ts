/** Rows and templates of any content: a value stays a value, and what is wrong is named on its item. */
import type { JsonValue } from '@tenant-operator/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templateOf } from '../testing/template.ts';
import { compileTemplate } from './compile.ts';
import { renderItem } from './item.ts';

// Always the same draws, so that a failure is of the change that was made; FC_SEED draws others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

const columns = ['uid', 'plan', 'note', 'count', 'key'];
const variables = new Set(columns);

/** Values that have broken other programs, and any others. */
const value = fc.oneof(
  fc.constantFrom(
    '\0',
    'a\0b',
    '../../etc/passwd',
    '..',
    '{{ .uid }}',
    '{{',
    '}}{{ fail "x" }}',
    '{{/*',
    'x"\n  extra: field',
    "'\n---\napiVersion: v1\nkind: Secret",
    '{"a": 1}',
    '[1, 2]',
    '&a *a !!js/function >',
    'null',
    '~',
    '0x1F',
    '1e999',
    'NaN',
    '9223372036854775808',
    '__proto__',
    'constructor',
    '\u202egnirts\u202c',
    '\u{1f600}\u{1f3ff}\u200d',
    '\ud800',
    '\ufeff',
    '$(kubectl delete ns --all)',
    'x'.repeat(200_000),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);
const row = fc.record({ uid: value, plan: value, note: value, count: value, key: value });

/** A value in every place that takes one. */
const compiled = compileTemplate(
  templateOf({
    configMaps: [
      {
        id: 'map',
        nameTemplate: 'fixed',
        labelsTemplate: { plan: '{{ .plan }}' },
        annotationsTemplate: { note: 'a {{ .note }} b' },
        spec: {
          data: { note: '{{ .note }}', twice: '{{ .note }}/{{ .note }}', '{{ .key }}': '{{ .plan }}' },
        },
      },
    ],
    deployments: [
      {
        id: 'app',
        nameTemplate: '{{ .uid }}-app',
        targetNamespace: 'ns-{{ .plan }}',
        spec: {
          metadata: { labels: { note: '{{ .note }}' } },
          spec: {
            replicas: '{{ .count | int }}',
            template: {
              spec: {
                containers: [{ name: 'app', image: 'nginx:{{ .plan }}', args: ['--note', '{{ .note }}'] }],
              },
            },
          },
        },
      },
    ],
    manifests: [
      {
        id: 'any',
        when: '{{ .note }}',
        nameTemplate: '{{ .uid }}',
        spec: {
          apiVersion: 'example.com/v1',
          kind: 'Thing',
          spec: { text: '{{ .note }}', list: ['{{ .plan }}'] },
        },
      },
    ],
  }),
  variables,
);

/** Fields and the types of their values, without the values. */
function shape(json: unknown, path = ''): string[] {
  if (Array.isArray(json)) return json.flatMap((entry, index) => shape(entry, `${path}[${index}]`));
  if (typeof json !== 'object' || json === null) return [`${path}: ${typeof json}`];
  // A key of data is a row's to choose, and nothing else is.
  const isFree = path === '.data';
  return Object.entries(json).flatMap(([key, entry]) =>
    isFree && !['note', 'twice'].includes(key) ? [] : shape(entry, `${path}.${key}`),
  );
}

const harmless = { uid: 'acme', plan: 'gold', note: 'hello', count: '3', key: 'k' };
const expected = new Map(
  compiled.items.map((item) => {
    const outcome = renderItem(item, harmless);
    if (outcome.kind !== 'rendered') throw new Error(JSON.stringify(outcome));
    return [item.id, shape(outcome.item.manifest)];
  }),
);

describe('a row', () => {
  it('of any content adds no field and no object, and changes no kind', () => {
    fc.assert(
      fc.property(row, (data) => {
        for (const item of compiled.items) {
          const outcome = renderItem(item, data);
          if (outcome.kind === 'absent') continue;
          if (outcome.kind === 'problem') {
            expect(outcome.problem.message).toMatch(/^item "(map|app|any)", field /);
            continue;
          }
          const { manifest } = outcome.item;
          expect(shape(manifest)).toEqual(expected.get(item.id));
          expect(Object.getPrototypeOf(manifest.data ?? {})).toBe(Object.prototype);
          expect({ apiVersion: manifest.apiVersion, kind: manifest.kind }).toEqual({
            apiVersion: item.apiVersion,
            kind: item.kind,
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('of any content is in its field as it is, and never a template again', () => {
    const map = compiled.items.find(({ id }) => id === 'map');
    fc.assert(
      fc.property(row, (data) => {
        const outcome = map && renderItem(map, data);
        if (outcome?.kind !== 'rendered') {
          expect(outcome?.kind).toBe('problem');
          return;
        }
        const { data: found, metadata } = outcome.item.manifest as {
          data: Record<string, string>;
          metadata: { annotations: Record<string, string> };
        };
        // The key may be one of the two.
        if (data.key === 'note' || data.key === 'twice') return;
        // Half of a surrogate pair is no text in UTF-8: it becomes U+FFFD, as it would on the wire.
        const note = Buffer.from(data.note).toString();
        expect(found.note === note && found.twice === `${note}/${note}`).toBe(true);
        expect(metadata.annotations.note === `a ${note} b`).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a template', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc
      .array(
        fc.constantFrom(
          '{{',
          '}}',
          '{{-',
          '-}}',
          ' .uid ',
          '.',
          '|',
          ' if ',
          ' end ',
          ' range ',
          ' with ',
          ' else ',
          ' define "x" ',
          ' template "x" ',
          ' block ',
          '"',
          '`',
          '(',
          ')',
          '$x',
          ' := ',
          ' int ',
          ' repeat 9 ',
          ' trunc63 ',
          '/*',
          '*/',
          '1',
          ' printf "%s" ',
        ),
        { maxLength: 14 },
      )
      .map((parts) => parts.join('')),
  );
  const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>;
  const field = fc.oneof(text, json, fc.dictionary(text, text, { maxKeys: 4 }));

  it('of any content compiles, or its problems name item and field; what compiles renders or says why not', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 8 }), field, { maxKeys: 5 }), text, (spec, name) => {
        const manifest = { ...spec, apiVersion: 'v1', kind: 'ConfigMap', metadata: undefined };
        const { metadata: _, ...body } = manifest;
        const item = { id: 'it', ...(name === '' ? {} : { nameTemplate: name }), spec: body };
        const { problems, items } = compileTemplate(templateOf({ configMaps: [item] }), variables);
        for (const { message } of problems) expect(message).toContain('"it"');
        if (problems.length > 0) return;
        for (const each of items) {
          const outcome = renderItem(each, harmless);
          if (outcome.kind === 'problem') expect(outcome.problem.message).toMatch(/^item "it", field /);
        }
      }),
      { numRuns: 200 },
    );
  });
});
