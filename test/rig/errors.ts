/** What can go wrong in the rig, each with a code that a test or a person can look for. */
export type RigErrorCode =
  | 'PART_EXITED'
  | 'PART_NOT_READY'
  | 'PART_UNKNOWN'
  | 'PART_MISSING'
  | 'TIMEOUT'
  | 'BINARY_MISSING'
  | 'DOWNLOAD_FAILED'
  | 'CHECKSUM_MISMATCH'
  | 'BUILD_FAILED'
  | 'GO_MISSING'
  | 'GO_TOO_OLD'
  | 'PACKAGE_MISSING'
  | 'PORT_UNAVAILABLE'
  | 'REQUEST_FAILED'
  | 'COMMAND_FAILED';

/** A failure of the rig itself: what failed, where, and what to do; `detail` holds the tail of a log. */
export class RigError extends Error {
  readonly code: RigErrorCode;
  readonly detail: string | undefined;

  constructor(code: RigErrorCode, message: string, options: { detail?: string; cause?: unknown } = {}) {
    const detail = options.detail?.trimEnd();
    super(detail ? `${message}\n${indent(detail)}` : message, { cause: options.cause });
    this.name = 'RigError';
    this.code = code;
    this.detail = detail;
  }
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  | ${line}`)
    .join('\n');
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
