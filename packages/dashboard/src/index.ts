/**
 * The web page: what the operator knows, live, for people.
 *
 * The page reads the operator's caches and follows them by server-sent events; what it shows of other objects, and every
 * change it makes, is asked of the API server with the rights of whoever looks (docs/adr/0010). Nothing is sent while
 * nobody looks.
 */
export {
  type Access,
  type Caller,
  createOpenAccess,
  createTokenAccess,
  listTenants,
  type Permission,
  type TokenClients,
} from './access/index.ts';
export { createDashboard, type Dashboard, type DashboardOptions } from './dashboard.ts';
export type { DemoRows } from './demo-rows.ts';
export type * from './wire.ts';
