import { describe, expect, it } from 'vitest';
import { createRouteClaims } from './routes.ts';

function setUp(live: Record<string, string[]> = {}) {
  const freed: string[] = [];
  return {
    freed,
    live,
    claims: createRouteClaims(
      (route) => live[route] ?? [],
      (key) => freed.push(key),
    ),
  };
}

describe('createRouteClaims', () => {
  it('the first one stays, whoever comes later is told who it is', () => {
    const { claims } = setUp();
    expect(claims.claim('ns/a', ['x/', 'y/'])).toBeUndefined();
    expect(claims.claim('ns/b', ['z/', 'y/'])).toEqual({ route: 'y/', holder: 'ns/a' });
    expect(claims.claim('ns/a', ['x/', 'y/'])).toBeUndefined();
  });

  it('claims all or none', () => {
    const { claims } = setUp();
    claims.claim('ns/a', ['y/']);
    claims.claim('ns/b', ['x/', 'y/']);
    expect(claims.claim('ns/c', ['x/'])).toBeUndefined();
  });

  it('one host with other paths is free', () => {
    const { claims } = setUp();
    claims.claim('ns/a', ['x/']);
    expect(claims.claim('ns/b', ['x/api'])).toBeUndefined();
  });

  it('what is running already outweighs a claim: after a restart nobody loses a route', () => {
    const { claims } = setUp({ 'x/': ['ns/b'] });
    expect(claims.claim('ns/a', ['x/'])).toEqual({ route: 'x/', holder: 'ns/b' });
    expect(claims.claim('ns/b', ['x/'])).toBeUndefined();
  });

  it('two that are running both keep running', () => {
    const { claims } = setUp({ 'x/': ['ns/a', 'ns/b'] });
    expect(claims.claim('ns/b', ['x/'])).toBeUndefined();
    expect(claims.claim('ns/a', ['x/'])).toBeUndefined();
  });

  it.each([
    ['is gone', (claims: ReturnType<typeof createRouteClaims>) => claims.release('ns/a')],
    [
      'moves to another host',
      (claims: ReturnType<typeof createRouteClaims>) => void claims.claim('ns/a', ['new/']),
    ],
  ])('who waits is looked at again when the holder %s', (_reason, letGo) => {
    const { claims, freed } = setUp();
    claims.claim('ns/a', ['x/']);
    claims.claim('ns/b', ['x/']);
    claims.claim('ns/c', ['x/']);
    letGo(claims);
    expect(freed).toEqual(['ns/b', 'ns/c']);
    expect(claims.claim('ns/b', ['x/'])).toBeUndefined();
    expect(claims.claim('ns/c', ['x/'])).toEqual({ route: 'x/', holder: 'ns/b' });
  });

  it('who waits for a holder that moves is looked at again when its Ingress has moved', () => {
    const { claims, freed, live } = setUp({ 'x/': ['ns/a'] });
    claims.claim('ns/a', ['x/']);
    claims.claim('ns/b', ['x/']);
    claims.claim('ns/a', ['new/']);
    expect(freed).toEqual([]);
    expect(claims.claim('ns/b', ['x/'])).toEqual({ route: 'x/', holder: 'ns/a' });
    claims.applied('ns/a');
    expect(freed).toEqual([]);
    live['x/'] = [];
    claims.applied('ns/a');
    expect(freed).toEqual(['ns/b']);
    expect(claims.claim('ns/b', ['x/'])).toBeUndefined();
  });

  it('who cannot have its new route keeps the old one', () => {
    const { claims } = setUp();
    claims.claim('ns/a', ['x/']);
    claims.claim('ns/b', ['y/']);
    expect(claims.claim('ns/b', ['x/'])).toMatchObject({ holder: 'ns/a' });
    expect(claims.claim('ns/c', ['y/'])).toMatchObject({ holder: 'ns/b' });
  });

  it('nobody is told about somebody who no longer waits', () => {
    const { claims, freed } = setUp();
    claims.claim('ns/a', ['x/']);
    claims.claim('ns/b', ['x/']);
    claims.release('ns/b');
    claims.release('ns/a');
    expect(freed).toEqual([]);
  });

  it('a release without a claim is nothing', () => {
    const { claims, freed } = setUp();
    claims.release('ns/a');
    expect(freed).toEqual([]);
  });

  it.each([
    { isOlder: undefined, taken: undefined, reason: 'one process: what runs stays as it is' },
    {
      isOlder: (key: string, other: string) => key < other,
      taken: { route: 'x/', holder: 'ns/a', isServed: true },
      reason: 'several: the younger of two that were let in at once gives way',
    },
  ])('two that serve one route: $reason', ({ isOlder, taken }) => {
    const claims = createRouteClaims(
      () => ['ns/b', 'ns/a'],
      () => undefined,
      isOlder,
    );
    expect(claims.claim('ns/b', ['x/'])).toEqual(taken);
    expect(claims.claim('ns/a', ['x/'])).toBeUndefined();
  });
});
