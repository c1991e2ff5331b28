/** Rows that the API server does not take as a Tenant: they are quarantined, and not sent again until they change. */
import type { ApiError } from '@tenant-operator/kube';
import type { RowProblem } from '../../plan/rows.ts';
import { type DesiredTenant, isSameValues } from '../../plan/tenants.ts';

export interface Refusals {
  /** Whether these very values were refused a while ago; `now` is of the monotonic clock. */
  has(tenant: DesiredTenant, now: number): boolean;
  add(tenant: DesiredTenant, error: ApiError, now: number): void;
  forget(name: string): void;
  /** Of the tenants that are still to be made or changed; the others are forgotten. */
  problems(wanted: readonly DesiredTenant[]): readonly RowProblem[];
}

/** What does not fit today may fit after an upgrade: so often is it tried again, in milliseconds. */
const retryMs = 10 * 60_000;
/** A quota or a policy lets it through as soon as somebody changes it, and nothing would tell. */
const deniedRetryMs = 30_000;

interface Refusal {
  readonly values: DesiredTenant['values'];
  readonly until: number;
  readonly problem: RowProblem;
}

export function createRefusals(): Refusals {
  const refusals = new Map<string, Refusal>();
  return {
    has({ name, values }, now) {
      const refusal = refusals.get(name);
      return refusal !== undefined && now < refusal.until && isSameValues(refusal.values, values);
    },
    add({ name, uid, templateRef, values }, error, now) {
      const reason = isTooLong(error) ? 'ValueTooLong' : 'RowRefused';
      const message = `the row with the uid "${uid}" cannot become a Tenant of template "${templateRef}": ${error.message}`;
      const problem = { uid, template: templateRef, reason, message, values } as const;
      const waitMs = isDenied(error) ? deniedRetryMs : retryMs;
      refusals.set(name, { values, until: now + waitMs, problem });
    },
    forget: (name) => void refusals.delete(name),
    problems(wanted) {
      const names = new Set(wanted.map(({ name }) => name));
      for (const name of refusals.keys()) if (!names.has(name)) refusals.delete(name);
      return Array.from(refusals.values(), ({ problem }) => problem);
    },
  };
}

/** Policies and webhooks choose the status of their refusals themselves. */
function isDenied({ isForbidden, message }: ApiError): boolean {
  return isForbidden || /is forbidden: |admission webhook ".*" denied/.test(message);
}

function isTooLong({ isTooLarge, message }: ApiError): boolean {
  return isTooLarge || /too long|may not be (more|longer) than/i.test(message);
}
