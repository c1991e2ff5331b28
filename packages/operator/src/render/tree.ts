/**
 * A manifest with templates in its strings, compiled to a tree that renders into plain JSON.
 *
 * A string that is one whole expression ending in a number or a boolean becomes that number or boolean, unless the kind's
 * schema types the field as a string (`isText`). Keys are templates only in maps of free text (labels, data ...): anywhere
 * else a row's value in a key could name a field.
 */
import type { JsonValue } from '@tenant-operator/api';
import { compileText, type Text } from './text.ts';

export type Node =
  | { readonly kind: 'constant'; readonly value: JsonValue }
  | { readonly kind: 'text'; readonly text: Text; readonly isText: boolean; readonly path: string }
  | { readonly kind: 'list'; readonly nodes: readonly Node[] }
  | {
      readonly kind: 'map';
      readonly entries: readonly { readonly key: Text; readonly node: Node }[];
      readonly path: string;
    };

export interface NodeProblem {
  readonly path: string;
  readonly message: string;
}

export interface FieldTyping {
  /** True when the schema types the field at this path as a string. */
  isText(path: readonly (string | number)[]): boolean;
}

const freeMaps = new Set([
  'labels',
  'annotations',
  'labelsTemplate',
  'annotationsTemplate',
  'data',
  'stringData',
  'binaryData',
]);

/** No kind of Kubernetes is nested like that, and whoever reads it (we, too) recurses. */
const maxDepth = 200;

/** Compiles a JSON value; every problem is reported with its field's path (`spec.rules[0].host`). */
export function compileNode(
  value: JsonValue,
  typing: FieldTyping,
  problems: NodeProblem[],
  path: readonly (string | number)[] = [],
): Node {
  if (typeof value === 'string') return compileString(value, typing, problems, path);
  if (path.length > maxDepth) {
    const message = `it must be flatter: it is nested too deeply, ${maxDepth} levels are read at most`;
    problems.push({ path: `${formatPath(path.slice(0, 4))}...`, message });
    return { kind: 'constant', value: null };
  }
  if (value === null || typeof value !== 'object') return { kind: 'constant', value };
  if (Array.isArray(value)) {
    const nodes = value.map((element, index) => compileNode(element, typing, problems, [...path, index]));
    return nodes.every(isConstant) ? { kind: 'constant', value } : { kind: 'list', nodes };
  }
  const entries = Object.entries(value).map(([name, element]) => ({
    key: compileKey(name, problems, path),
    node: compileNode(element as JsonValue, typing, problems, [...path, name]),
  }));
  const constant = entries.every((entry) => entry.key.kind === 'constant' && isConstant(entry.node));
  return constant ? { kind: 'constant', value } : { kind: 'map', entries, path: formatPath(path) };
}

function isConstant(node: Node): boolean {
  return node.kind === 'constant';
}

function compileString(
  source: string,
  typing: FieldTyping,
  problems: NodeProblem[],
  path: readonly (string | number)[],
): Node {
  const outcome = compileText(source);
  if (!outcome.ok) {
    problems.push({ path: formatPath(path), message: outcome.message });
    return { kind: 'constant', value: source };
  }
  if (outcome.text.kind === 'constant') return { kind: 'constant', value: source };
  return { kind: 'text', text: outcome.text, isText: typing.isText(path), path: formatPath(path) };
}

function compileKey(name: string, problems: NodeProblem[], path: readonly (string | number)[]): Text {
  const outcome = compileText(name);
  if (!outcome.ok) {
    problems.push({ path: `${formatPath(path)} key`, message: outcome.message });
    return { kind: 'constant', text: name };
  }
  if (outcome.text.kind === 'template' && !freeMaps.has(String(path.at(-1)))) {
    const message = `key ${JSON.stringify(name)} is a template, which is allowed in labels, annotations and data only`;
    problems.push({ path: formatPath(path), message });
  }
  return outcome.text;
}

/** `spec.rules[0].host`; a key that holds a dot or a slash is quoted: `metadata.annotations["a.b/c"]`. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

/** Every template text of a tree with its path, for static checks. */
export function* templateTexts(node: Node): Generator<{ source: string; path: string }> {
  if (node.kind === 'text' && node.text.kind === 'template')
    yield { source: node.text.source, path: node.path };
  if (node.kind === 'list') for (const child of node.nodes) yield* templateTexts(child);
  if (node.kind === 'map') {
    for (const { key, node: child } of node.entries) {
      if (key.kind === 'template') yield { source: key.source, path: `${node.path} key` };
      yield* templateTexts(child);
    }
  }
}

export class RenderError extends Error {
  readonly path: string;
  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** Renders a tree. Throws RenderError (inside render/ only; `renderItem` makes it an outcome). */
export function renderNode(node: Node, data: unknown): JsonValue {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'text':
      return renderScalar(node, data);
    case 'list':
      return node.nodes.map((child) => renderNode(child, data));
    case 'map': {
      const object: Record<string, JsonValue> = {};
      for (const { key, node: child } of node.entries) {
        const name = renderText(key, data, `${node.path} key`);
        if (name === '__proto__') throw new RenderError(node.path, 'the key "__proto__" is not allowed');
        if (Object.hasOwn(object, name))
          throw new RenderError(node.path, `two keys render to ${JSON.stringify(name)}`);
        object[name] = renderNode(child, data);
      }
      return object;
    }
  }
}

function renderScalar(node: Extract<Node, { kind: 'text' }>, data: unknown): JsonValue {
  if (node.isText || node.text.kind === 'constant') return renderText(node.text, data, node.path);
  try {
    const { text, value } = node.text.template.evaluate(data);
    if (typeof value === 'boolean') return value;
    if (typeof value === 'bigint') return toJsonInteger(value, node.path);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    return text;
  } catch (error) {
    throw asRenderError(error, node.path);
  }
}

function toJsonInteger(value: bigint, path: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new RenderError(path, `the number ${value} is too large for a field`);
  return number;
}

export function renderText(text: Text, data: unknown, path: string): string {
  if (text.kind === 'constant') return text.text;
  try {
    return text.template.execute(data);
  } catch (error) {
    throw asRenderError(error, path);
  }
}

function asRenderError(error: unknown, path: string): RenderError {
  if (error instanceof RenderError) return error;
  return new RenderError(path, error instanceof Error ? error.message : String(error));
}
