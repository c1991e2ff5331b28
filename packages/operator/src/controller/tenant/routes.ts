/** Who serves which host and path. Two tenants on one route would take each other's traffic: the first one stays. */

export interface RouteClaims {
  /**
   * Claims all routes for a tenant, or none: then it names the first one taken and its holder, and `onFree` is called for the
   * tenant when that holder lets go.
   */
  claim(
    tenantKey: string,
    routes: readonly string[],
  ): { readonly route: string; readonly holder: string } | undefined;
  /** The tenant is gone. */
  release(tenantKey: string): void;
}

export function createRouteClaims(
  liveHolders: (route: string) => readonly string[],
  onFree: (tenantKey: string) => void,
): RouteClaims {
  const holders = new Map<string, string>();
  const routesOf = new Map<string, readonly string[]>();
  const waiting = new Map<string, Set<string>>();

  function free(tenantKey: string, routes: readonly string[]): void {
    for (const route of routes) if (holders.get(route) === tenantKey) holders.delete(route);
    const waiters = waiting.get(tenantKey);
    waiting.delete(tenantKey);
    for (const waiter of waiters ?? []) onFree(waiter);
  }

  return {
    claim(tenantKey, routes) {
      const previous = routesOf.get(tenantKey) ?? [];
      for (const route of routes) {
        const live = liveHolders(route);
        if (live.includes(tenantKey)) continue;
        const holder = holders.get(route) ?? live[0];
        if (holder === undefined || holder === tenantKey) continue;
        const waiters = waiting.get(holder) ?? new Set();
        waiting.set(holder, waiters.add(tenantKey));
        return { route, holder };
      }
      for (const route of routes) holders.set(route, tenantKey);
      routesOf.set(tenantKey, routes);
      const dropped = previous.filter((route) => !routes.includes(route));
      if (dropped.length > 0) free(tenantKey, dropped);
      return undefined;
    },
    release(tenantKey) {
      const routes = routesOf.get(tenantKey) ?? [];
      routesOf.delete(tenantKey);
      for (const [holder, waiters] of waiting) {
        if (waiters.delete(tenantKey) && waiters.size === 0) waiting.delete(holder);
      }
      free(tenantKey, routes);
    },
  };
}
