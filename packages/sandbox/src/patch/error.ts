export class PatchError extends Error {
  /** 400: the patch is malformed; 422: it cannot be applied to this object. */
  readonly status: 400 | 422;
  constructor(status: 400 | 422, message: string) {
    super(message);
    this.status = status;
  }
}
