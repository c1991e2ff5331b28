import { describe, expect, it } from 'vitest';
import { validate } from './validate.ts';

const head = 'apiVersion: operator.kubernetes-tenants.org/v1\n';
const registry = `${head}kind: TenantRegistry
metadata: {name: crm}
spec:
  source: {type: mysql, mysql: {host: h, database: d, table: t, username: u}}
  valueMappings: {uid: id, activate: active}
---
`;
const template = (items: string) => `${head}kind: TenantTemplate
metadata: {name: app}
spec:
  registryId: crm
  configMaps:
${items}`;
const line = (text: string, part: string) => text.slice(0, text.indexOf(part)).split('\n').length;

describe('validate', () => {
  it.each<{ text: string; at: string; message: RegExp; reason: string }>([
    { text: `${head}kind: [`, at: '[', message: /Flow sequence/, reason: 'broken YAML' },
    { text: 'just text', at: 'just', message: /no Kubernetes object/, reason: 'no object' },
    { text: `${head}kind: Tenants\n`, at: 'Tenants', message: /has no kind Tenants/, reason: 'no such kind' },
    {
      text: `${registry}${template('    - id: a\n      spec: {data: {x: "{{ .nope }}"}}\n')}`,
      at: '.nope',
      message: /item "a", field spec\.data\.x: unknown variable "\.nope"/,
      reason: 'an unknown variable, in the second document',
    },
    {
      text: `${registry}${template('    - id: a\n      dependIds: [b]\n      spec: {}\n    - id: b\n      dependIds: [a]\n      spec: {}\n')}`,
      at: 'registryId',
      message: /cycle|circle/i,
      reason: 'a cycle',
    },
    {
      text: `${registry}${template('    - id: a\n      spec: {}\n      timeoutSeconds: 0\n')}`,
      at: 'timeoutSeconds: 0',
      message: /timeoutSeconds must be at least 1/,
      reason: 'a value out of bounds',
    },
    {
      text: `${registry}${template('    - id: a\n      spec: {}\n      timeoutSecond: 5\n')}`,
      at: 'timeoutSecond: 5',
      message: /^spec\.configMaps\[0\]\.timeoutSecond is no field of a TenantTemplate/,
      reason: 'a misspelt field, which the server would drop',
    },
  ])('$reason', ({ text, at, message }) => {
    const [finding, ...others] = validate([{ name: 'f.yaml', text }]).findings;
    expect(others).toEqual([]);
    expect(finding?.message).toMatch(message);
    const found = Number(/^f\.yaml:(\d+):\d+$/.exec(finding?.place ?? '')?.[1]);
    // The item where its field is not written down by itself.
    expect(Math.abs(found - line(text, at))).toBeLessThanOrEqual(1);
  });

  it('counts what is right, and says what cannot be told', () => {
    const text = template('    - id: a\n      spec: {}\n');
    expect(validate([{ name: 'f.yaml', text }])).toMatchObject({
      checked: 1,
      findings: [],
      notes: [{ place: 'f.yaml:5:15', message: expect.stringContaining('"crm" is not among the files') }],
    });
    expect(validate([{ name: 'f.yaml', text: registry + text }])).toMatchObject({ checked: 2, notes: [] });
  });
});
