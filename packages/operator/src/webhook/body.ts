/** Reads the body of a request within bounds, one request's and all requests' together. */
import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'whole'; readonly text: string }
  | { readonly kind: 'tooLarge' }
  /** Other requests hold what there is to give. */
  | { readonly kind: 'busy' }
  /** The sender went away. */
  | { readonly kind: 'cut' };

export interface BodyLimits {
  /** Bytes of one body. */
  readonly each: number;
  /** Bytes of all bodies that are being received. */
  readonly all: number;
}

export type ReadBody = (request: IncomingMessage) => Promise<Body>;

/** The promise never rejects. A body that is given up is not read to its end: the caller closes the connection. */
export function createBodyReader({ each, all }: BodyLimits): ReadBody {
  let held = 0;
  return (request) =>
    new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = (body: Body) => {
        held -= size;
        size = 0;
        chunks.length = 0;
        request.removeListener('data', take).removeListener('end', end).removeListener('close', cut);
        request.pause();
        resolve(body);
      };
      const take = (chunk: Buffer) => {
        size += chunk.length;
        held += chunk.length;
        if (size > each) finish({ kind: 'tooLarge' });
        else if (held > all) finish({ kind: 'busy' });
        else chunks.push(chunk);
      };
      const end = () => finish({ kind: 'whole', text: Buffer.concat(chunks).toString('utf8') });
      const cut = () => finish({ kind: 'cut' });
      request.on('error', cut);
      if (Number(request.headers['content-length'] ?? 0) > each) finish({ kind: 'tooLarge' });
      else request.on('data', take).on('end', end).on('close', cut);
    });
}
