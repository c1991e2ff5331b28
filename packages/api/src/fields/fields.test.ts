import { describe, expect, it } from 'vitest';
import { isStringField } from './index.ts';

const container = ['spec', 'template', 'spec', 'containers', 0];

describe('isStringField', () => {
  it.each([
    ['apps/v1', 'Deployment', ['spec', 'replicas'], false, 'an integer'],
    ['apps/v1', 'Deployment', [...container, 'env', 1, 'value'], true, 'env values are text'],
    ['apps/v1', 'Deployment', [...container, 'args', 0], true, 'an element of a list of strings'],
    ['apps/v1', 'Deployment', [...container, 'ports', 0, 'containerPort'], false, 'an integer in a list'],
    [
      'apps/v1',
      'Deployment',
      [...container, 'resources', 'limits', 'cpu'],
      false,
      'a quantity may be a number',
    ],
    ['apps/v1', 'Deployment', ['spec', 'template', 'metadata', 'labels', 'tier'], true, 'labels are text'],
    ['v1', 'Service', ['spec', 'ports', 0, 'targetPort'], false, 'int-or-string'],
    ['v1', 'ConfigMap', ['data', 'port'], true, 'data is text'],
    ['v1', 'Secret', ['stringData', 'password'], true, 'write-only text'],
    ['networking.k8s.io/v1', 'Ingress', ['spec', 'rules', 0, 'host'], true, 'text in nested objects'],
    [
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      ['spec', 'scope'],
      true,
      'a schema that refers to itself ends',
    ],
    ['example.com/v1', 'Widget', ['spec', 'size'], false, 'nothing is known of other kinds'],
    ['v1', 'ConfigMap', ['no', 'such', 'field'], false, 'nothing is known of other fields'],
  ])('%s %s %j -> %s: %s', (apiVersion, kind, path, expected) => {
    expect(isStringField(apiVersion, kind, path)).toBe(expected);
  });
});
