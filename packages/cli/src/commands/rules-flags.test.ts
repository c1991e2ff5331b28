import { describe, expect, it } from 'vitest';
import { flagsOf } from './rules-flags.ts';

const defaults = { dnsVerification: 'Report', dnsHoldCertificates: false };

describe('the flags of an operator that runs', () => {
  it.each([
    { reason: 'nothing said', container: {}, expected: defaults },
    {
      reason: 'arguments, as the chart writes them',
      container: { args: ['run', '--webhook', '--allowed-namespaces=.', '--allowed-kinds=ConfigMap,Secret'] },
      expected: { ...defaults, allowedNamespaces: ['.'], allowedKinds: ['ConfigMap', 'Secret'] },
    },
    {
      reason: 'variables',
      container: {
        args: ['run'],
        env: [
          { name: 'TENANT_OPERATOR_DNS_VERIFICATION', value: 'Gate' },
          { name: 'TENANT_OPERATOR_DNS_HOLD_CERTIFICATES', value: 'true' },
          { name: 'TENANT_OPERATOR_DEFAULT_SERVICE_ACCOUNT', value: 'deployer' },
          { name: 'POD_NAME' },
        ],
      },
      expected: { dnsVerification: 'Gate', dnsHoldCertificates: true, defaultServiceAccount: 'deployer' },
    },
    {
      reason: 'an argument wins over a variable',
      container: {
        args: ['run', '--dns-verification=Disabled'],
        env: [{ name: 'TENANT_OPERATOR_DNS_VERIFICATION', value: 'Gate' }],
      },
      expected: { ...defaults, dnsVerification: 'Disabled' },
    },
    {
      reason: 'a flag that this release does not have',
      container: { args: ['run', '--from-tomorrow'] },
      expected: undefined,
    },
  ])('$reason', ({ container, expected }) => {
    const flags = flagsOf(container);
    expect(flags && JSON.parse(JSON.stringify(flags))).toEqual(expected);
  });
});
