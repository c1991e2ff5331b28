/** What a refused write means for the item, by the server's status. */
import { ApiError } from '@tenant-operator/kube';

export interface WriteFailure {
  readonly reason:
    | 'ApplyFailed'
    | 'Forbidden'
    | 'Invalid'
    | 'ImmutableField'
    | 'NamespaceNotFound'
    | 'KindNotFound';
  readonly message: string;
}

/** Describes an API error in one line; errors without an answer (no connection) are thrown on, for they are of no one item. */
export function describeFailure(error: unknown, what: string): WriteFailure {
  if (!(error instanceof ApiError)) throw error;
  const message = `${what}: ${error.message}`;
  if (error.isForbidden)
    return { reason: 'Forbidden', message: `${message}: grant the operator's ServiceAccount this right` };
  if (error.isInvalid) {
    const immutable = /immutable|may not change|cannot be changed|forbidden: updates to/i.test(error.message);
    if (!immutable) return { reason: 'Invalid', message };
    const hint = 'delete the object to let it be made anew, or set recreateOnImmutable: true on the item';
    return { reason: 'ImmutableField', message: `${message}: ${hint}` };
  }
  if (error.isNotFound && /namespaces? "/.test(error.message))
    return { reason: 'NamespaceNotFound', message };
  if (error.isNotFound) return { reason: 'KindNotFound', message };
  return { reason: 'ApplyFailed', message };
}
