/** The files of the page, read once. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface Asset {
  readonly contentType: string;
  readonly body: Buffer;
  readonly zipped: Buffer;
  readonly etag: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

/** By name. The folder is made by `npm run build -w packages/dashboard`; throws when it is not there. */
export function loadAssets(folder = defaultFolder()): ReadonlyMap<string, Asset> {
  return new Map(
    Object.entries(contentTypes).map(([name, contentType]) => {
      const body = readFileSync(join(folder, name));
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      return [name, { contentType, body, zipped: gzipSync(body), etag }];
    }),
  );
}

/** From src (tests) as from dist. */
function defaultFolder(): string {
  const beside = join(import.meta.dirname, '..', 'page');
  return existsSync(join(beside, 'app.js')) ? beside : join(import.meta.dirname, '..', '..', 'dist', 'page');
}
