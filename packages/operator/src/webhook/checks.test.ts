import { describe, expect, it } from 'vitest';
import { createScope } from '../scope/index.ts';
import { registryOf } from '../testing/registry.ts';
import { templateOf } from '../testing/template.ts';
import { checkRegistry, checkTemplate, type TemplateRegistry } from './checks.ts';

const exists = (extra: Record<string, string> = {}): TemplateRegistry => ({
  kind: 'exists',
  registry: registryOf({ extraValueMappings: extra }),
});

const scope = createScope();

/** ConfigMap items by id, each with one value. */
const template = (values: Record<string, string>, more: object = {}) =>
  templateOf({
    configMaps: Object.entries(values).map(([id, value]) => ({
      id,
      spec: { apiVersion: 'v1', kind: 'ConfigMap', data: { value } },
      ...more,
    })),
  });

const check = (object: unknown, oldObject: unknown, registry: TemplateRegistry) =>
  checkTemplate({ object, oldObject, namespace: 'ns', registry, scope });

describe('a new template', () => {
  it.each([
    [template({ a: '{{ .uid' }), ['item "a", field spec.data.value'], 'a syntax error'],
    [
      template({ a: '{{ .plann }}' }),
      ['unknown variable ".plann"', 'did you mean'],
      'a variable that is not mapped',
    ],
    [template({ a: '{{ nope .uid }}' }), ['nope'], 'a function that does not exist'],
    [
      template({ a: '{{ randAlpha 5 }}' }),
      ['randAlpha', 'another result each time'],
      'a function that is not stable',
    ],
    [template({ a: '1', b: '2' }, { dependIds: ['c'] }), ['"c"'], 'a dependency on nothing'],
    [
      templateOf({
        configMaps: ['a', 'b'].map((id) => ({
          id,
          spec: { apiVersion: 'v1', kind: 'ConfigMap' },
          dependIds: [id === 'a' ? 'b' : 'a'],
        })),
      }),
      ['a -> b -> a'],
      'a cycle',
    ],
    [template({ a: '1' }, { readyWhen: 'object.' }), ['readyWhen'], 'an expression that does not parse'],
    [template({ a: '1' }, { ignoreFields: ['$.data['] }), ['ignoreFields[0]'], 'a path that does not parse'],
    [
      templateOf({
        configMaps: [{ id: 'a', spec: { apiVersion: 'v1', kind: 'ConfigMap' } }],
        services: [{ id: 'a', spec: { apiVersion: 'v1', kind: 'Service' } }],
      }),
      ['"a"'],
      'an id in two lists',
    ],
  ])('is refused (%#): %s', (object, parts) => {
    const verdict = check(object, undefined, exists({ plan: 'plan' }));
    expect(verdict).toMatchObject({ kind: 'refused', status: 422, reason: 'Invalid' });
    const message = verdict.kind === 'refused' ? verdict.message : '';
    for (const part of parts) expect(message).toContain(part);
    expect(message).not.toMatch(/[\n\r]/);
  });

  it('that is right is let through', () => {
    expect(check(template({ a: '{{ .plan }}' }), undefined, exists({ plan: 'plan' }))).toEqual({
      kind: 'allowed',
      warnings: [],
    });
  });

  it.each([
    [{ metadata: { name: 'x' }, spec: { registryId: 'reg', configMaps: 'x' } }, 'spec.configMaps: must be'],
    [{ metadata: {}, spec: null }, 'spec: must be'],
  ])(
    'that our schema does not know (%#) is let through: the API server has checked it',
    (object, problem) => {
      const verdict = check(object, undefined, exists());
      const warnings = verdict.kind === 'allowed' ? verdict.warnings : [];
      expect(warnings).toContainEqual(expect.stringContaining(`not checked: ${problem}`));
    },
  );

  it('that is nested beyond reason is refused', () => {
    const depth = 50_000;
    const spec = `{"apiVersion":"v1","kind":"ConfigMap","data":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const object: unknown = JSON.parse(
      `{"metadata":{"name":"x"},"spec":{"registryId":"reg","configMaps":[{"id":"a","spec":${spec}}]}}`,
    );
    const verdict = check(object, undefined, { kind: 'missing' });
    expect(verdict.kind === 'refused' && verdict.message).toContain('nested too deeply');
  });

  it('names five problems and counts the rest', () => {
    const values = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => [id, '{{ .x }}']));
    const verdict = check(template(values), undefined, exists());
    expect(verdict.kind === 'refused' && verdict.message).toMatch(/item "e".*; and 2 more problems$/);
  });

  it("is warned of a registry that does not exist, whose variables are then anybody's guess", () => {
    expect(check(template({ a: '{{ .anything }}' }), undefined, { kind: 'missing' })).toEqual({
      kind: 'allowed',
      warnings: [
        'TenantRegistry "reg" does not exist in namespace "ns" yet: the template takes effect when it does',
      ],
    });
  });

  it('is refused for what is wrong without a registry, too', () => {
    expect(check(template({ a: '{{' }), undefined, { kind: 'missing' })).toMatchObject({ kind: 'refused' });
  });

  it('is not blamed for variables when the registry could not be asked for', () => {
    expect(check(template({ a: '{{ .any }}' }), undefined, { kind: 'unknown' })).toEqual({
      kind: 'allowed',
      warnings: [],
    });
  });
});

describe('a changed template', () => {
  const broken = template({ a: '{{ .gone }}', b: '{{ .lost }}' });

  it.each([
    [broken, template({ a: 'x', b: '{{ .lost }}' }), 'allowed', 'mended in part'],
    [broken, template({ a: 'x', b: 'y' }), 'allowed', 'mended'],
    [broken, { ...broken, spec: { ...broken.spec, suspend: true } }, 'allowed', 'suspended as it is'],
    [broken, template({ a: '{{ .gone }}', b: '{{ .other }}' }), 'refused', 'broken in another way'],
    [broken, template({ a: '{{ .gone }}', b: '{{ .lost }}', c: '{{' }), 'refused', 'broken further'],
    [template({ a: 'x' }), broken, 'refused', 'broken'],
    [{ metadata: {}, spec: 'x' }, template({ a: 'x' }), 'allowed', 'right now, whatever it was'],
  ])('is judged by what the change brings (%#)', (oldObject, object, expected, _reason) => {
    expect(check(object, oldObject, exists()).kind).toBe(expected);
  });

  it('says what is still wrong', () => {
    const verdict = check(template({ a: 'x', b: '{{ .lost }}' }), broken, exists());
    expect(verdict).toEqual({
      kind: 'allowed',
      warnings: [expect.stringContaining('the template stays invalid: item "b"')],
    });
  });
});

describe('a registry', () => {
  const [uses, other] = [template({ a: '{{ .plan }}' }), templateOf({}, 'other')];
  const [withPlan, without] = [registryOf({ extraValueMappings: { plan: 'plan' } }), registryOf()];

  it.each([
    [withPlan, without, 1, 'takes away a variable in use'],
    [without, withPlan, 0, 'brings one'],
    [withPlan, withPlan, 0, 'maps what it did'],
    [without, without, 0, 'the template was invalid before'],
    [undefined, without, 1, 'appears, and does not map what a waiting template uses'],
    [undefined, withPlan, 0, 'appears, and maps it'],
  ])('warns of templates that were valid and are not (%#)', (before, after, count, _reason) => {
    const verdict = checkRegistry([uses, other], before, after, scope);
    expect(verdict).toEqual({
      kind: 'allowed',
      warnings: Array(count).fill(
        expect.stringMatching(/^TenantTemplate "web" is not valid with this registry: item "a".*"\.plan"/),
      ),
    });
  });

  it('names five templates', () => {
    const many = Array.from({ length: 9 }, () => uses);
    const verdict = checkRegistry(many, withPlan, without, scope);
    expect(verdict.kind === 'allowed' && verdict.warnings).toHaveLength(6);
  });

  it('warns in lines of at most 256 characters', () => {
    const spec = { apiVersion: 'v1', kind: 'ConfigMap', data: { ['x'.repeat(400)]: '{{ .plan }}' } };
    const verdict = checkRegistry(
      [templateOf({ configMaps: [{ id: 'a', spec }] })],
      withPlan,
      without,
      scope,
    );
    expect(verdict.kind === 'allowed' && verdict.warnings.map(({ length }) => length)).toEqual([256]);
  });
});
