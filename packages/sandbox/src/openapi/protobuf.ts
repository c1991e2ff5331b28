/**
 * The part of an OpenAPI v2 document that kubectl looks for before it sends a `List`: which kinds can be patched, and that their
 * PATCH takes `fieldValidation`. kubectl reads it as protobuf (gnostic's `openapi.v2.Document`; field numbers from there).
 */

/** `application/com.github.proto-openapi.spec.v2@v1.0+protobuf`, as kubectl asks for it. */
export const PROTO_OPENAPI = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

export interface PatchOperation {
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export function encodeOpenApi(title: string, version: string, operations: readonly PatchOperation[]): Buffer {
  const info = [text(1, title), text(2, version)];
  const paths = operations.map((operation) =>
    message(2, [text(1, operation.path), message(2, [message(8, patchOperation(operation))])]),
  );
  return Buffer.concat([text(1, '2.0'), message(2, info), message(8, paths)]);
}

function patchOperation({ group, version, kind }: PatchOperation): Buffer[] {
  const query = [text(2, 'query'), text(4, 'fieldValidation'), text(6, 'string')];
  // Parameter > NonBodyParameter > QueryParameterSubSchema.
  const parameter = message(8, [message(1, [message(2, [message(3, query)])])]);
  const yaml = `group: ${JSON.stringify(group)}\nkind: ${kind}\nversion: ${version}\n`;
  const extension = message(13, [text(1, 'x-kubernetes-group-version-kind'), message(2, [text(2, yaml)])]);
  return [parameter, extension];
}

function text(field: number, value: string): Buffer {
  return delimited(field, Buffer.from(value));
}

function message(field: number, parts: readonly Buffer[]): Buffer {
  return delimited(field, Buffer.concat(parts));
}

function delimited(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}
