import { describe, expect, it } from 'vitest';
import { type FlagSource, readFlags } from './flags.ts';

describe('readFlags', () => {
  it.each<{ source: FlagSource; name: string; values: string[]; reason: string }>([
    { source: { args: ['--policy=sync'] }, name: 'policy', values: ['sync'], reason: 'with an equals sign' },
    { source: { args: ['--policy', 'sync'] }, name: 'policy', values: ['sync'], reason: 'as two words' },
    {
      source: { args: ['--events', 'sync', '--policy=sync'] },
      name: 'events',
      values: ['true'],
      reason: 'a switch takes no word',
    },
    { source: { args: ['--no-events'] }, name: 'events', values: ['false'], reason: 'a switch turned off' },
    {
      source: { command: ['external-dns', '--source=a'], args: ['--source=b'] },
      name: 'source',
      values: ['a', 'b'],
      reason: 'command and arguments, in their order',
    },
    {
      source: { args: ['--txt-owner-id=$(CLUSTER)'], env: [{ name: 'CLUSTER', value: 'prod' }] },
      name: 'txt-owner-id',
      values: ['prod'],
      reason: 'a variable of the container',
    },
    {
      source: { env: [{ name: 'EXTERNAL_DNS_DOMAIN_FILTER', value: 'a.com\nb.com' }] },
      name: 'domain-filter',
      values: ['a.com', 'b.com'],
      reason: 'a variable in the place of a flag, a line each',
    },
    {
      source: { args: ['--policy=sync'], env: [{ name: 'EXTERNAL_DNS_POLICY', value: 'upsert-only' }] },
      name: 'policy',
      values: ['sync'],
      reason: 'an argument before a variable',
    },
    {
      source: {
        env: [{ name: 'EXTERNAL_DNS_TXT_OWNER_ID', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } }],
      },
      name: 'txt-owner-id',
      values: [],
      reason: 'what stands in a Secret is not looked up',
    },
  ])('$reason', ({ source, name, values }) => {
    expect(readFlags(source).all(name)).toEqual(values);
  });
});
