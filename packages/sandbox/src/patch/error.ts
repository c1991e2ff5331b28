export class PatchError extends Error {
  /** 400: the patch is malformed; 422: it cannot be applied to this object; 500: as the real server, for want of a better code. */
  readonly status: 400 | 422 | 500;
  constructor(status: 400 | 422 | 500, message: string) {
    super(message);
    this.status = status;
  }
}
