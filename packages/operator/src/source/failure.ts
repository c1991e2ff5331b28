import { cutText } from '../text.ts';

/** Why a source could not be read, as a condition reason and one line that says where and what to do. */
export type SourceFailureReason =
  | 'SourceUnreachable'
  | 'AuthenticationFailed'
  | 'PermissionDenied'
  | 'DatabaseNotFound'
  | 'TableNotFound'
  | 'ColumnNotFound'
  | 'CredentialsNotFound'
  | 'TLSFailed'
  | 'QueryFailed'
  | 'InvalidSpec';

export interface SourceFailure {
  readonly reason: SourceFailureReason;
  readonly message: string;
}

/** Cuts what a driver says to one short line. */
export function oneLine(text: string): string {
  return cutText(text.replace(/\s+/g, ' ').trim(), 300);
}
