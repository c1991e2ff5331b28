import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { generatedFiles } from '../scripts/generated.ts';
import { customResourceDefinitions } from './crd/index.ts';

const root = new URL('../../../', import.meta.url);

test.each([...generatedFiles().keys()])('%s is what `make generate` writes', (path) => {
  expect(readFileSync(new URL(path, root), 'utf8')).toBe(generatedFiles().get(path));
});

test('deploy/crds holds nothing else, and its YAML reads back as the definitions', () => {
  const files = readdirSync(new URL('deploy/crds/', root)).sort((a, b) => a.localeCompare(b));
  expect(files).toEqual(['tenantregistries.yaml', 'tenants.yaml', 'tenanttemplates.yaml']);
  for (const definition of customResourceDefinitions()) {
    const path = `deploy/crds/${definition.spec.names.plural}.yaml`;
    expect(parse(readFileSync(new URL(path, root), 'utf8'))).toEqual(definition);
  }
});
