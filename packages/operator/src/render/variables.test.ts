import { describe, expect, it } from 'vitest';
import { knownVariables, renderData } from './variables.ts';

const tenant = { uid: 'alpha', namespace: 'ns', registryId: 'reg', templateRef: 'web' };
const builtIn = ['uid', 'activate', 'namespace', 'registryId', 'templateRef'];

describe('knownVariables', () => {
  it.each([
    [{ extra: [] }, builtIn, 'the built-in ones'],
    [{ hostOrUrl: 'url', extra: [] }, [...builtIn, 'host', 'hostOrUrl'], 'the host only where it is mapped'],
    [
      { extra: ['plan', 'host'] },
      [...builtIn, 'plan', 'host'],
      'an extra host where hostOrUrl is not mapped',
    ],
  ])('%j -> %j: %s', (mappings, expected, _reason) => {
    expect([...knownVariables(mappings)]).toEqual(expected);
  });
});

describe('renderData', () => {
  it.each([
    ['https://a.example.com/x?y=1', 'a.example.com', 'an URL'],
    ['a.example.com', 'a.example.com', 'a bare host'],
    ['https://a.example.com:8443', 'a.example.com', 'a port is no part of the host'],
    ['', '', 'NULL'],
  ])('hostOrUrl %j -> host %j: %s', (hostOrUrl, host) => {
    expect(renderData(tenant, { hostOrUrl })).toEqual({ ...tenant, hostOrUrl, host });
  });

  it.each([
    [{ plan: '' }, { plan: '' }, 'an empty value is still there'],
    [{ host: 'h' }, { host: 'h' }, 'an extra variable may be called host'],
    [
      { hostOrUrl: 'a.example.com', host: 'h' },
      { hostOrUrl: 'a.example.com', host: 'h' },
      'an override wins',
    ],
    [
      { uid: 'other', namespace: 'kube-system', registryId: 'x', templateRef: 'x' },
      {},
      'who it is cannot be overridden',
    ],
  ])('%j -> %j: %s', (values, expected, _reason) => {
    expect(renderData(tenant, values)).toEqual({ ...tenant, ...expected });
  });
});
