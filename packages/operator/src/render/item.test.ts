import type { JsonObject } from '@tenant-operator/api';
import { describe, expect, it } from 'vitest';
import { templateOf } from '../testing/template.ts';
import { compileTemplate } from './compile.ts';
import { type RenderOutcome, renderItem } from './item.ts';

const values = {
  uid: 'alpha',
  plan: 'gold',
  replicas: '3',
  empty: '',
  evil: '{{ .plan }}',
  inject: 'x"\nannotations:\n  a: b',
  dots: '..',
  slash: 'a/b',
  missing: null,
};

function render(list: string, item: object, data: Record<string, unknown> = values): RenderOutcome {
  const compiled = compileTemplate(
    templateOf({ [list]: [{ id: 'it', ...item }] }),
    new Set(Object.keys(values)),
  );
  expect(compiled.problems).toEqual([]);
  return renderItem(compiled.items[0]!, data);
}

function manifest(list: string, item: object): JsonObject {
  const outcome = render(list, item);
  if (outcome.kind !== 'rendered') throw new Error(JSON.stringify(outcome));
  return outcome.item.manifest;
}

const metadata = (item: object) => manifest('configMaps', item).metadata as JsonObject;

describe('renderItem: identity', () => {
  it.each<[object, object, string]>([
    [{ spec: {} }, { name: 'alpha-it' }, 'the uid and the id'],
    [{ spec: { metadata: { name: '{{ .uid }}-x' } } }, { name: 'alpha-x' }, 'the name in the manifest'],
    [
      { nameTemplate: 'n-{{ .uid }}', spec: { metadata: { name: 'x' } } },
      { name: 'n-alpha' },
      'nameTemplate wins',
    ],
    [{ targetNamespace: 'ns-{{ .uid }}', spec: {} }, { namespace: 'ns-alpha' }, 'the target namespace'],
    [{ spec: { metadata: { namespace: 'there' } } }, { namespace: 'there' }, 'the namespace in the manifest'],
    [
      { targetNamespace: 'a', spec: { metadata: { namespace: 'b' } } },
      { namespace: 'a' },
      'targetNamespace wins',
    ],
  ])('%j -> %j: %s', (item, expected) => {
    expect(render('configMaps', item)).toMatchObject({ kind: 'rendered', item: expected });
  });

  it.each([
    [{ nameTemplate: '{{ .empty }}' }, 'item "it", field nameTemplate: the name is empty', 'an empty name'],
    [
      { spec: { metadata: { name: '{{ .empty }}' } } },
      'item "it", field spec.metadata.name: the name is empty',
      'the field that the author wrote is named',
    ],
    [
      { nameTemplate: '{{ .dots }}' },
      'field nameTemplate: ".." cannot be the name of an object',
      'a way up the URL',
    ],
    [{ nameTemplate: '{{ .slash }}' }, '"a/b" cannot be the name', 'a way to another URL'],
    [
      { targetNamespace: '{{ .slash }}' },
      'field targetNamespace: "a/b" cannot be the name of a namespace',
      'nor there',
    ],
    [
      { targetNamespace: '{{ .empty }}' },
      'field targetNamespace: the namespace is empty',
      'a NULL is no place',
    ],
    [{ targetNamespace: '{{ .dots }}' }, '".." cannot be the name of a namespace', 'a way up'],
  ])('%j -> "%s": %s', (item, message, _reason) => {
    const outcome = render('configMaps', { spec: {}, ...item });
    expect(outcome.kind === 'problem' ? outcome.problem.message : outcome.kind).toContain(message);
  });
});

describe('renderItem: when', () => {
  it.each([
    ['{{ eq .plan "gold" }}', true, 'true'],
    ['{{ eq .plan "silver" }}', false, 'false'],
    ['{{ .empty }}', false, 'empty'],
    ['  ', false, 'white space'],
    ['0', false, 'zero'],
    ['no', false, 'a word for no'],
    ['OFF', false, 'in any case'],
    ['{{ .plan }}', true, 'any other text'],
    ['{{ if eq .plan "gold" }}yes{{ end }}', true, 'a branch that was taken'],
    ['{{ if eq .plan "x" }}yes{{ end }}', false, 'a branch that was not'],
  ])('%s -> %s: %s', (when, expected) => {
    expect(render('configMaps', { when, spec: {} }).kind).toBe(expected ? 'rendered' : 'absent');
  });

  it('renders nothing else of an item that does not exist', () => {
    expect(render('configMaps', { when: 'false', spec: { data: { a: '{{ fail "x" }}' } } }).kind).toBe(
      'absent',
    );
  });

  it('names the field of a failure', () => {
    const outcome = render('configMaps', { when: '{{ fail "stop" }}', spec: {} });
    expect(outcome).toMatchObject({ kind: 'problem', problem: { id: 'it' } });
    expect(outcome.kind === 'problem' && outcome.problem.message).toContain('item "it", field when: ');
  });
});

describe('renderItem: labels and annotations', () => {
  it.each<[object, object, string]>([
    [
      { spec: { metadata: { labels: { a: '{{ .uid }}' } } } },
      { labels: { a: 'alpha' } },
      'inside the manifest',
    ],
    [{ labelsTemplate: { a: '{{ .uid }}' }, spec: {} }, { labels: { a: 'alpha' } }, "the item's templates"],
    [
      { labelsTemplate: { a: 'item' }, spec: { metadata: { labels: { a: 'inner', b: 'inner' } } } },
      { labels: { a: 'item', b: 'inner' } },
      "both, and the item's win",
    ],
    [
      {
        annotationsTemplate: { 'x/{{ .plan }}': 'item' },
        spec: {
          metadata: { annotations: { 'x/gold': 'inner', 'external-dns.alpha.kubernetes.io/ttl': 300 } },
        },
      },
      { annotations: { 'x/gold': 'item', 'external-dns.alpha.kubernetes.io/ttl': '300' } },
      'also by a rendered key',
    ],
    [
      { spec: { metadata: { labels: { version: 2, on: true, none: null, half: 0.5 } } } },
      { labels: { version: '2', on: 'true', none: '', half: '0.5' } },
      'numbers and booleans without quotes are text',
    ],
    [
      { spec: { metadata: { annotations: { n: '{{ .replicas | int }}' } } } },
      { annotations: { n: '3' } },
      'an expression that ends in a number too',
    ],
    [{ spec: { metadata: { labels: {} } } }, {}, 'none'],
  ])('%j -> %j: %s', (item, expected) => {
    expect(metadata(item)).toEqual({ name: 'alpha-it', ...expected });
  });

  it('refuses a value that is no text', () => {
    const outcome = render('configMaps', { spec: { metadata: { labels: { a: { b: 'c' } } } } });
    expect(outcome).toMatchObject({
      kind: 'problem',
      problem: { message: 'item "it", field spec.metadata.labels["a"]: its value must be text' },
    });
  });
});

describe('renderItem: the manifest', () => {
  it('fills in apiVersion and kind from the list', () => {
    expect(manifest('deployments', { spec: {} })).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
    });
  });

  it('keeps the version that the author wrote', () => {
    const spec = { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler' };
    expect(manifest('horizontalPodAutoscalers', { spec })).toMatchObject(spec);
  });

  it('drops what only the server writes, and keeps finalizers', () => {
    const spec = {
      metadata: {
        uid: 'x',
        resourceVersion: '5',
        generation: 3,
        creationTimestamp: null,
        managedFields: [],
        finalizers: ['example.com/{{ .plan }}'],
      },
      status: { ready: true },
    };
    expect(manifest('configMaps', { spec })).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'alpha-it', finalizers: ['example.com/gold'] },
    });
  });

  it('makes numbers where the schema has numbers and leaves text where it has text', () => {
    const rendered = manifest('deployments', {
      spec: {
        spec: {
          replicas: '{{ .replicas | int }}',
          template: {
            metadata: { labels: { n: '{{ .replicas | int }}' } },
            spec: {
              containers: [
                {
                  name: 'a',
                  args: ['{{ .replicas | int }}'],
                  env: [{ name: 'N', value: '{{ int .replicas }}' }],
                },
              ],
            },
          },
        },
      },
    });
    expect(rendered.spec).toEqual({
      replicas: 3,
      template: {
        metadata: { labels: { n: '3' } },
        spec: { containers: [{ name: 'a', args: ['3'], env: [{ name: 'N', value: '3' }] }] },
      },
    });
  });

  it.each([
    ['evil', '{{ .plan }}', 'a value that is a template'],
    ['inject', 'x"\nannotations:\n  a: b', 'a value that is YAML'],
  ])('a row cannot add to it: %s -> %j (%s)', (variable, expected) => {
    const item = { labelsTemplate: { l: `{{ .${variable} }}` }, spec: { data: { a: `{{ .${variable} }}` } } };
    const rendered = manifest('configMaps', item);
    expect(rendered.data).toEqual({ a: expected });
    expect((rendered.metadata as JsonObject).labels).toEqual({ l: expected });
    expect(Object.keys(rendered)).toEqual(['apiVersion', 'kind', 'metadata', 'data']);
  });

  it('gives a guarded variable that is not mapped as nil', () => {
    const compiled = compileTemplate(
      templateOf({ configMaps: [{ id: 'it', spec: { data: { a: '{{ .none | default "d" }}' } } }] }),
      new Set(['uid']),
    );
    const outcome = renderItem(compiled.items[0]!, { uid: 'alpha', none: null });
    expect(outcome).toMatchObject({ item: { manifest: { data: { a: 'd' } } } });
  });

  it('shares nothing that changes between tenants', () => {
    const compiled = compileTemplate(
      templateOf({ configMaps: [{ id: 'it', spec: { data: { a: '{{ .uid }}', b: 'same' } } }] }),
      new Set(['uid']),
    );
    const of = (uid: string) => renderItem(compiled.items[0]!, { uid });
    const first = JSON.stringify(of('a'));
    of('b');
    expect(JSON.stringify(of('a'))).toBe(first);
  });
});
