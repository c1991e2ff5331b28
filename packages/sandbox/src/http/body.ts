/** Reading request bodies: JSON or YAML. */
import type { IncomingMessage } from 'node:http';
import { parseDocument } from 'yaml';
import type { Json } from '../json.ts';
import { decodeProtobuf, ProtobufError } from '../protobuf/index.ts';
import { ApiStatusError, badRequest } from '../status/index.ts';

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const LIMIT = 3 * 1024 * 1024;

/** The body as text; a protobuf body as the JSON it stands for. */
export async function readText(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMIT)
      throw new ApiStatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${LIMIT}`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (body.length === 0 || !req.headers['content-type']?.startsWith(PROTOBUF)) return body.toString('utf8');
  try {
    return JSON.stringify(decodeProtobuf(body));
  } catch (error) {
    if (error instanceof ProtobufError) throw badRequest(error.message);
    throw error;
  }
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
      const { message } = error as Error;
      throw refuse(message.replace(/^Unexpected end/, 'unexpected end'));
    }
  }
  const document = parseDocument(text, { version: '1.1', merge: true, uniqueKeys: false });
  if (document.errors.length > 0)
    throw badRequest(`error decoding YAML: ${document.errors[0]?.message ?? ''}`);
  const value = document.toJS() as Json;
  return { value, source: JSON.stringify(value) };
}
