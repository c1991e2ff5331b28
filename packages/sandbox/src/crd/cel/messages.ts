/** Failures of rules in the words of the API server's CEL implementation. */
import { type ASTNode, ParseError, type TypeCheckResult } from '@marcbachmann/cel-js';

type Failure = NonNullable<TypeCheckResult['error']>;
const OPERATORS: Record<string, string> = { '!_': '!_', '-_': '-_', in: '@in' };

/** A failure with the place where it is, as a compiler prints it. Unknown ones keep the words they have. */
export function failureText(error: Failure | undefined, source: string): string {
  if (!error) return 'unknown failure';
  const { text, at } = located(error, source);
  const before = source.slice(0, at);
  const line = before.split('\n').length;
  const column = at - (before.lastIndexOf('\n') + 1);
  const shown = source.split('\n')[line - 1] ?? '';
  return `ERROR: <input>:${line}:${column + 1}: ${text}\n | ${shown}\n | ${'.'.repeat(column)}^`;
}

function located(error: Failure, source: string): { text: string; at: number } {
  const start = error.range?.start ?? 0;
  const node = error.node as ASTNode | undefined;
  if (error instanceof ParseError)
    return {
      at: start,
      text: `Syntax error: ${
        start >= source.trimEnd().length
          ? "mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
          : error.summary
      }`,
    };
  switch (error.code) {
    case 'no_such_key':
      // The compiler points at the dot before the member.
      return { at: Math.max(0, start - 1), text: `undefined field '${error.summary.replace(/^.*: /, '')}'` };
    case 'unknown_variable':
      return {
        at: start,
        text: `undeclared reference to '${error.summary.replace(/^.*: /, '')}' (in container '')`,
      };
    case 'no_such_overload':
      return { at: operatorAt(node, source) ?? start, text: overload(error.summary) };
    case 'no_matching_overload':
      return { at: source.indexOf('(', start), text: call(error.summary, node) };
    default:
      return { at: start, text: error.summary };
  }
}

function operatorAt(node: ASTNode | undefined, source: string): number | undefined {
  if (!node || !Array.isArray(node.args)) return undefined;
  const [left, right] = node.args as [ASTNode, ASTNode];
  const at = source.slice(left.end, right.start).indexOf(node.op);
  return at < 0 ? undefined : left.end + at;
}

/** `no such overload: int == string` as `found no matching overload for '_==_' applied to '(int, string)'`. */
function overload(summary: string): string {
  const binary = /^no such overload: (.+) (==|!=|<=|>=|<|>|\+|-|\*|\/|%|in) (.+)$/.exec(summary);
  const [, left = '', op = '', right = ''] = binary ?? [];
  const unary = /^no such overload: ([!-])(.+)$/.exec(summary);
  const name = binary ? (OPERATORS[op] ?? `_${op}_`) : (OPERATORS[`${unary?.[1] ?? ''}_`] ?? '');
  const types = binary ? [left, right] : [unary?.[2] ?? ''];
  return name === ''
    ? summary
    : `found no matching overload for '${name}' applied to '(${types.map(typeName).join(', ')})'`;
}

/** `found no matching overload for 'list.f(int)'` with the receiver in front, as the compiler has it. */
function call(summary: string, node: ASTNode | undefined): string {
  const match = /^found no matching overload for '(?:(.+)\.)?(\w+)\((.*)\)'$/.exec(summary);
  if (!match) return summary;
  const [, receiver, name = '', args = ''] = match;
  const types = args === '' ? [] : args.split(', ');
  const applied =
    receiver === undefined
      ? `'(${types.map(typeName).join(', ')})'`
      : `'${typeName(receiver)}.(${types.map(typeName).join(', ')})'`;
  return node?.op === 'call' || node?.op === 'rcall'
    ? `found no matching overload for '${name}' applied to ${applied}`
    : summary;
}

const typeName = (name: string): string =>
  name
    .replaceAll('<', '(')
    .replaceAll('>', ')')
    .replaceAll('google.protobuf.Timestamp', 'timestamp')
    .replaceAll('google.protobuf.Duration', 'duration');

/** What an evaluation failed with, in one line. */
export function evaluationText(error: Error): string {
  const summary = 'summary' in error && typeof error.summary === 'string' ? error.summary : error.message;
  return summary
    .replace(/\n[\s\S]*$/, '')
    .replace(/^No such key/, 'no such key')
    .replace(/^found no matching overload.*$/, 'no such overload');
}
