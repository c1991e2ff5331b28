/** Who serves which host and path. Two tenants on one route would take each other's traffic: the first one stays. */

export interface TakenRoute {
  readonly route: string;
  readonly holder: string;
  /** Both serve it already, and the other one has the better right. */
  readonly isServed?: true;
}

export interface RouteClaims {
  /**
   * Claims all routes for a tenant, or none: then it names the first one taken and its holder, and `onFree` is called for the
   * tenant when that holder lets go.
   */
  claim(tenantKey: string, routes: readonly string[]): TakenRoute | undefined;
  /** The tenant's objects are as it claimed: who waits for a route that it serves no more is told. */
  applied(tenantKey: string): void;
  /** The tenant is gone. */
  release(tenantKey: string): void;
}

export function createRouteClaims(
  liveHolders: (route: string) => readonly string[],
  onFree: (tenantKey: string) => void,
  /** Whether the first tenant has the better right to a route that both serve; only where several processes let tenants in. */
  isOlder?: (tenantKey: string, other: string) => boolean,
): RouteClaims {
  const holders = new Map<string, string>();
  const routesOf = new Map<string, readonly string[]>();
  /** By holder: who waits, and for which route. */
  const waiting = new Map<string, Map<string, string>>();

  /** Wakes those who wait for a route that this tenant neither claims nor serves any more. */
  function wake(holder: string): void {
    const waiters = waiting.get(holder);
    for (const [waiter, route] of waiters ?? []) {
      if (holders.get(route) === holder || liveHolders(route).includes(holder)) continue;
      waiters?.delete(waiter);
      onFree(waiter);
    }
    if (waiters?.size === 0) waiting.delete(holder);
  }

  function letGo(tenantKey: string, routes: readonly string[]): void {
    for (const route of routes) if (holders.get(route) === tenantKey) holders.delete(route);
  }

  return {
    claim(tenantKey, routes) {
      const previous = routesOf.get(tenantKey) ?? [];
      for (const route of routes) {
        const live = liveHolders(route);
        const isServed = live.includes(tenantKey);
        const elder = isServed && isOlder ? live.find((other) => isOlder(other, tenantKey)) : undefined;
        if (isServed && elder === undefined) continue;
        const holder = elder ?? holders.get(route) ?? live[0];
        if (holder === undefined || holder === tenantKey) continue;
        const waiters = waiting.get(holder) ?? new Map<string, string>();
        waiting.set(holder, waiters.set(tenantKey, route));
        return { route, holder, ...(isServed ? { isServed } : {}) };
      }
      letGo(
        tenantKey,
        previous.filter((route) => !routes.includes(route)),
      );
      for (const route of routes) holders.set(route, tenantKey);
      routesOf.set(tenantKey, routes);
      // A route that it moves away from is free when its Ingress has moved.
      wake(tenantKey);
      return undefined;
    },
    applied: wake,
    release(tenantKey) {
      const routes = routesOf.get(tenantKey) ?? [];
      routesOf.delete(tenantKey);
      for (const [holder, waiters] of waiting) {
        if (waiters.delete(tenantKey) && waiters.size === 0) waiting.delete(holder);
      }
      letGo(tenantKey, routes);
      const waiters = waiting.get(tenantKey)?.keys() ?? [];
      waiting.delete(tenantKey);
      for (const waiter of waiters) onFree(waiter);
    },
  };
}
