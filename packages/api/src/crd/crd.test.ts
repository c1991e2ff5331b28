import { expect, test } from 'vitest';
import { LISTS } from '../items.ts';
import { CONDITIONS } from '../reasons.ts';
import { customResourceDefinitions, type StructuralSchema } from './index.ts';

const definitions = customResourceDefinitions().map((definition) => {
  const [version] = definition.spec.versions;
  return { kind: definition.spec.names.kind, version, schema: version.schema.openAPIV3Schema };
});

test.each(definitions)(
  'every field of $kind has a description, and every rule a message',
  ({ kind, schema }) => {
    const missing: string[] = [];
    walk(schema, kind, (path, field) => {
      if (field.description === undefined && path !== `${kind}.metadata`) missing.push(path);
      for (const { message } of field['x-kubernetes-validations'] ?? [])
        if (message === '') missing.push(path);
    });
    expect(missing).toEqual([]);
  },
);

test.each(definitions)('every list of $kind says how it is merged', ({ kind, schema }) => {
  const silent: string[] = [];
  walk(schema, kind, (path, field) => {
    if (field.type === 'array' && field['x-kubernetes-list-type'] === undefined) silent.push(path);
  });
  expect(silent).toEqual([]);
});

test.each(definitions)(
  'the columns of $kind read fields and conditions that exist',
  ({ kind, schema, version }) => {
    for (const { jsonPath } of version.additionalPrinterColumns) {
      const condition = /^\.status\.conditions\[\?\(@\.type=="(\w+)"\)\]\.(\w+)$/.exec(jsonPath);
      if (condition) {
        expect(Object.keys(CONDITIONS[kind as keyof typeof CONDITIONS])).toContain(condition[1]);
        continue;
      }
      if (jsonPath === '.metadata.creationTimestamp') continue;
      let at: StructuralSchema | undefined = schema;
      for (const step of jsonPath.slice(1).split('.')) at = at?.properties?.[step];
      expect(at, jsonPath).toBeDefined();
    }
  },
);

test('a TenantTemplate has every item list, keyed by id', () => {
  const spec = definitions.find(({ kind }) => kind === 'TenantTemplate')?.schema.properties?.spec;
  for (const { name } of LISTS) {
    expect(spec?.properties?.[name], name).toMatchObject({
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['id'],
      maxItems: 100,
      items: { properties: { spec: { 'x-kubernetes-preserve-unknown-fields': true } } },
    });
  }
});

test('the definition of the templates fits into the annotation that kubectl apply writes', () => {
  for (const definition of customResourceDefinitions()) {
    expect(JSON.stringify(definition).length).toBeLessThan(200_000);
  }
});

function walk(
  schema: StructuralSchema,
  path: string,
  visit: (path: string, schema: StructuralSchema) => void,
): void {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    visit(`${path}.${name}`, field);
    walk(field, `${path}.${name}`, visit);
  }
  if (schema.items) walk(schema.items, `${path}[]`, visit);
}
