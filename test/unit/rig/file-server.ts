import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of a few files, for downloads. */
export interface FileServer {
  /** Without a slash at the end. */
  url: string;
  /** Path to content; everything else is 404. */
  files: Map<string, string | Buffer>;
  requests: string[];
  close(): Promise<void>;
}

export async function startFileServer(): Promise<FileServer> {
  const files = new Map<string, string | Buffer>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const content = files.get(request.url ?? '');
    requests.push(request.url ?? '');
    response.statusCode = content === undefined ? 404 : 200;
    response.end(content ?? 'not found');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    files,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
