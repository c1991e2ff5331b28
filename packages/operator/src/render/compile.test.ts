import { describe, expect, it } from 'vitest';
import { templateOf } from '../testing/template.ts';
import { compileTemplate } from './compile.ts';

const variables = new Set(['uid', 'plan', 'host']);

/** `Reason: message` of each problem of a template with these lists. */
function problems(
  lists: Record<string, object[]>,
  known: ReadonlySet<string> | undefined = variables,
): string[] {
  return compileTemplate(templateOf(lists), known).problems.map(
    ({ reason, message }) => `${reason}: ${message}`,
  );
}

const config = (more: object = {}, spec: object = {}) => ({ configMaps: [{ id: 'c', ...more, spec }] });

describe('compileTemplate: problems', () => {
  it.each<[Record<string, object[]>, string, string]>([
    [
      config({}, { data: { a: '{{ .plam }}' } }),
      'UnknownVariable: item "c", field spec.data.a: unknown variable ".plam"; did you mean ".plan"?',
      'a mistyped variable, with the one that was meant',
    ],
    [
      config({ nameTemplate: '{{ .nosuch }}' }),
      'UnknownVariable: item "c", field nameTemplate: unknown variable ".nosuch"; the registry maps .host, .plan, .uid',
      'in the name',
    ],
    [
      config({}, { metadata: { name: '{{ .nosuch }}' } }),
      'UnknownVariable: item "c", field spec.metadata.name: unknown variable ".nosuch"; the registry maps .host, .plan, .uid',
      'the name in its manifest is called so',
    ],
    [
      config({ targetNamespace: '{{ .nosuch }}' }),
      'UnknownVariable: item "c", field targetNamespace: ',
      'the namespace',
    ],
    [config({ when: '{{ .nosuch }}' }), 'UnknownVariable: item "c", field when: ', 'the condition'],
    [
      config({ labelsTemplate: { a: '{{ .nosuch }}' } }),
      'UnknownVariable: item "c", field labelsTemplate.a: ',
      "the item's labels",
    ],
    [
      config({ annotationsTemplate: { 'x/y': '{{ .nosuch }}' } }),
      'UnknownVariable: item "c", field annotationsTemplate["x/y"]: ',
      "the item's annotations",
    ],
    [
      config({}, { metadata: { labels: { a: '{{ .nosuch }}' } } }),
      'UnknownVariable: item "c", field spec.metadata.labels.a: ',
      'labels inside the manifest',
    ],
    [
      config({}, { data: { '{{ .nosuch }}': '' } }),
      'UnknownVariable: item "c", field spec.data key: ',
      'a key',
    ],
    [config({}, { data: { a: '{{ .uid' } }), 'TemplateSyntax: item "c", field spec.data.a: ', 'not closed'],
    [
      config({}, { data: { a: '{{ env "HOME" }}' } }),
      'UnknownFunction: item "c", field spec.data.a: ',
      'a function that does not exist here',
    ],
    [
      config({}, { data: { a: '{{ randAlphaNum 8 }}' } }),
      'FunctionNotAllowed: item "c", field spec.data.a: function "randAlphaNum" gives another result each time (random), which is refused here (an item with creationPolicy: Once may use it)',
      'random where the result must be stable',
    ],
    [config({}, { data: { a: '{{ now }}' } }), 'FunctionNotAllowed: ', 'the clock'],
    [config({}, { data: { a: '{{ uuidv4 }}' } }), 'FunctionNotAllowed: ', 'a new identity each time'],
    [
      config({ creationPolicy: 'Once', nameTemplate: 'x-{{ randNumeric 3 }}' }),
      'FunctionNotAllowed: item "c", field nameTemplate: function "randNumeric"',
      'a name must be stable also with Once',
    ],
    [
      config({}, { spec: {}, 'x{{ .uid }}': 1 }),
      'TemplateSyntax: item "c", field spec: key "x{{ .uid }}" is a template',
      'a key that could name a field',
    ],
    [
      config({}, { metadata: { generateName: 'x-' } }),
      'InvalidSpec: item "c", field spec.metadata.generateName: the operator names',
      'generateName',
    ],
    [
      config({}, { metadata: { ownerReferences: [] } }),
      'InvalidSpec: item "c", field spec.metadata.ownerReferences: ',
      'ownerReferences',
    ],
    [
      config({}, { metadata: { labels: 'text' } }),
      'InvalidSpec: item "c", field spec.metadata.labels: it must be a map of names to text',
      'labels that are no map',
    ],
    [
      config({}, { metadata: { name: { a: 'b' } } }),
      'InvalidSpec: item "c", field spec.metadata.name: it must be text',
      'a name that is no text',
    ],
    [
      {
        configMaps: [
          { id: 'a', dependIds: ['b'], spec: {} },
          { id: 'b', dependIds: ['a'], spec: {} },
        ],
      },
      'DependencyCycle: items depend on each other in a circle: a -> b -> a',
      'a circle',
    ],
    [
      { configMaps: [{ id: 'a', dependIds: ['z'], spec: {} }] },
      'UnknownDependency: item "a" depends on "z", which no item has as its id',
      'a dependency that no item is',
    ],
    [
      { configMaps: [{ id: 'a', spec: {} }], secrets: [{ id: 'a', spec: {} }] },
      'DuplicateId: id "a" is used by two items',
      'one id in two lists',
    ],
    [
      { manifests: [{ id: 'm', spec: { apiVersion: '{{ .plan }}', kind: 'X' } }] },
      'InvalidSpec: item "m" in manifests: spec.apiVersion must be plain text, not "{{ .plan }}"',
      'a row may not choose the kind of an object',
    ],
    [
      config({ readyWhen: 'object.(' }),
      'InvalidExpression: item "c", field readyWhen: ',
      'an expression that does not parse',
    ],
    [
      config({ ignoreFields: ['$..x'] }),
      'InvalidExpression: item "c", field ignoreFields[0]: ',
      'a path that is not supported',
    ],
  ])('%# -> %s: %s', (lists, expected, reason) => {
    const found = problems(lists);
    expect(found, reason).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it('refuses a manifest of another kind than its list, should the server have let it through', () => {
    const template = templateOf(config());
    const [item] = template.spec.configMaps ?? [];
    const spec = { ...template.spec, configMaps: [{ ...item!, spec: { apiVersion: 'v1', kind: 'Secret' } }] };
    expect(compileTemplate({ spec }, variables).problems).toEqual([
      {
        reason: 'KindMismatch',
        itemId: 'c',
        message:
          'item "c" in configMaps: it is a v1 Secret, but this list is for v1 ConfigMap: move it to its own list or to manifests',
      },
    ]);
  });

  it('tells each problem once', () => {
    expect(problems(config({}, { data: { a: '{{ .x }}{{ .x }}{{ .y }}' } }))).toHaveLength(2);
  });

  it.each<[Record<string, object[]>, string]>([
    [config({}, { data: { a: '{{ .uid }}{{ .plan | upper }}' } }), 'mapped variables'],
    [config({}, { data: { a: '{{ .x | default "d" }}' } }), 'an unknown one that default guards'],
    [
      config({}, { data: { a: '{{ if empty .x }}a{{ end }}{{ coalesce .y .plan }}' } }),
      'or empty, or coalesce',
    ],
    [
      config({ creationPolicy: 'Once' }, { data: { a: '{{ randAlphaNum 8 }}{{ now }}' } }),
      'random in what is made once',
    ],
    [
      config({}, { data: { a: '{{ range $i := until 3 }}{{ $i }}{{ end }}' } }),
      'variables of the template itself',
    ],
    [
      { horizontalPodAutoscalers: [{ id: 'h', spec: { apiVersion: 'autoscaling/v1' } }] },
      'another version of the group',
    ],
    [{ services: [{ id: 's', spec: {} }] }, 'apiVersion and kind may be left out'],
  ])('%# is fine: %s', (lists) => {
    expect(problems(lists)).toEqual([]);
  });

  it('cannot tell unknown variables while the registry does not exist', () => {
    expect(
      compileTemplate(templateOf(config({}, { data: { a: '{{ .nosuch }}{{ .x' } })), undefined).problems,
    ).toEqual([expect.objectContaining({ reason: 'TemplateSyntax' })]);
    expect(
      compileTemplate(templateOf(config({}, { data: { a: '{{ .nosuch }}' } })), undefined).problems,
    ).toEqual([]);
  });
});

describe('compileTemplate: order', () => {
  it("puts items behind what they depend on, the author's order inside a wave", () => {
    const { items } = compileTemplate(
      templateOf({
        deployments: [{ id: 'web', dependIds: ['cfg', 'db'], spec: {} }],
        configMaps: [
          { id: 'cfg', spec: {} },
          { id: 'other', spec: {} },
        ],
        statefulSets: [{ id: 'db', dependIds: ['cfg'], spec: {} }],
      }),
      variables,
    );
    expect(items.map(({ id, wave }) => `${wave}:${id}`)).toEqual(['0:cfg', '0:other', '1:db', '2:web']);
  });

  it('collects the variables that may be missing', () => {
    const lists = config({}, { data: { a: '{{ default "x" .one }}{{ default "y" .plan }}' } });
    expect([...compileTemplate(templateOf(lists), variables).optionalVariables]).toEqual(['one']);
  });
});
