/** Writes a body as the client wants it. */
import type { ServerResponse } from 'node:http';
import { stringify } from 'yaml';
import type { Json } from '../json.ts';

export function send(res: ServerResponse, code: number, body: Json, yaml: boolean): void {
  res.writeHead(code, { 'content-type': yaml ? 'application/yaml' : 'application/json' });
  res.end(yaml ? stringify(body) : `${JSON.stringify(body)}\n`);
}
