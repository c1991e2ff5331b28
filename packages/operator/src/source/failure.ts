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

/** Causes of a network failure by the code of Node or of a driver, as they read after "cannot reach". */
const network: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ENOTFOUND', 'the host name does not resolve'],
  ['EAI_AGAIN', 'the host name does not resolve now'],
  ['ETIMEDOUT', 'no answer in time'],
  ['ECONNRESET', 'the connection was cut'],
  ['EPIPE', 'the connection was cut'],
  ['EHOSTUNREACH', 'no route to the host'],
  ['ENETUNREACH', 'no route to the network'],
]);

/** Says what a code of the network or of TLS means; undefined when it is neither. */
export function connectionFailure(code: string, words: string, where: string): SourceFailure | undefined {
  const cause = network.get(code);
  if (cause !== undefined) return unreachable(where, cause);
  return isTlsCode(code) ? tlsFailure(where, words) : undefined;
}

export function unreachable(where: string, cause: string): SourceFailure {
  return { reason: 'SourceUnreachable', message: `cannot reach database ${where}: ${cause}` };
}

export function tlsFailure(where: string, words: string): SourceFailure {
  return { reason: 'TLSFailed', message: `no TLS connection to database ${where}: ${oneLine(words)}` };
}

/** Node's codes for what went wrong in a handshake or with a certificate. */
function isTlsCode(code: string): boolean {
  return /^ERR_(TLS|SSL)|CERT|^UNABLE_TO_|^EPROTO$/.test(code);
}

/** The code and the words of anything that a driver throws; the password is blotted out should it ever be among them. */
export function describeError(
  error: unknown,
  password: string,
): { readonly code: string; readonly errno: unknown; readonly words: string } {
  const hide = (text: string) => (password === '' ? text : text.replaceAll(password, '***'));
  if (!(error instanceof Error)) return { code: '', errno: undefined, words: hide(String(error)) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const errno = 'errno' in error ? error.errno : undefined;
  return { code, errno, words: hide(error.message || code) };
}
