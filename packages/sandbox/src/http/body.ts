/** Reading request bodies: JSON or YAML. */
import type { IncomingMessage } from 'node:http';
import { parseDocument } from 'yaml';
import type { Json } from '../json.ts';
import { ApiStatusError, badRequest } from '../status/index.ts';

const LIMIT = 3 * 1024 * 1024;

export async function readText(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMIT)
      throw new ApiStatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${LIMIT}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The body and its JSON text (for finding duplicate members); throws a 400 when it is neither JSON nor YAML. */
export function parseBody(
  text: string,
  yaml: boolean,
  refuse: (why: string) => ApiStatusError = (why) => badRequest(`error decoding patch: ${why}`),
): { value: Json; source: string } {
  const trimmed = text.trimStart();
  if (!yaml || trimmed.startsWith('{') || trimmed.startsWith('[')) {
    try {
      return { value: JSON.parse(text) as Json, source: text };
    } catch (error) {
      throw refuse((error as Error).message);
    }
  }
  const document = parseDocument(text, { version: '1.1', merge: true, uniqueKeys: false });
  if (document.errors.length > 0)
    throw badRequest(`error decoding YAML: ${document.errors[0]?.message ?? ''}`);
  const value = document.toJS() as Json;
  return { value, source: JSON.stringify(value) };
}
