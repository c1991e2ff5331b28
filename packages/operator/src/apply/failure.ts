/** What a refused write means for the item, by the server's status. */
import { ApiError } from '@tenant-operator/kube';
import { type ServiceAccountRef, usernameOf } from './impersonate.ts';

export interface WriteFailure {
  readonly reason:
    | 'ApplyFailed'
    | 'Forbidden'
    | 'Invalid'
    | 'ImmutableField'
    | 'NamespaceNotFound'
    | 'NamespaceTerminating'
    | 'QuotaExceeded'
    | 'KindNotFound';
  readonly message: string;
}

/** 403 is the answer of RBAC, of quotas, of policies and of a namespace that goes. */
function describeRefusal(error: ApiError): Pick<WriteFailure, 'reason'> {
  if (/is being terminated/.test(error.message)) return { reason: 'NamespaceTerminating' };
  if (/exceeded quota|failed quota/.test(error.message)) return { reason: 'QuotaExceeded' };
  return { reason: isMissingRight(error) ? 'Forbidden' : 'ApplyFailed' };
}

/** Who is impersonated lacks a right as itself; that nobody may impersonate it is said of the operator. */
function refusalMessage(error: ApiError, message: string, actsAs: ServiceAccountRef | undefined): string {
  if (!isMissingRight(error)) return message;
  const isOther = actsAs !== undefined && error.message.includes(`User "${usernameOf(actsAs)}" cannot `);
  const who = isOther
    ? `ServiceAccount "${actsAs.namespace}/${actsAs.name}"`
    : "the operator's ServiceAccount";
  return `${message}: grant ${who} this right`;
}

function isMissingRight(error: ApiError): boolean {
  return /User ".*" cannot /.test(error.message);
}

/** Describes an API error in one line; errors without an answer (no connection) are thrown on, for they are of no one item. */
export function describeFailure(error: unknown, what: string, actsAs?: ServiceAccountRef): WriteFailure {
  if (!(error instanceof ApiError)) throw error;
  const message = `${what}: ${error.message}`;
  if (error.isForbidden)
    return { ...describeRefusal(error), message: refusalMessage(error, message, actsAs) };
  if (error.isTooLarge)
    return { reason: 'Invalid', message: `${what} is larger than the API server takes: ${error.message}` };
  if (error.isInvalid) {
    const immutable = /immutable|(may not|cannot) (be )?changed?\b|forbidden: updates to/i.test(
      error.message,
    );
    if (!immutable) return { reason: 'Invalid', message };
    const hint = 'delete the object to let it be made anew, or set recreateOnImmutable: true on the item';
    return { reason: 'ImmutableField', message: `${message}: ${hint}` };
  }
  if (error.isNotFound && /namespaces? "/.test(error.message))
    return { reason: 'NamespaceNotFound', message };
  if (error.isNotFound) return { reason: 'KindNotFound', message };
  return { reason: 'ApplyFailed', message };
}
