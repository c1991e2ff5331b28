/**
 * `has()` on any member that can be selected, also behind an index: the library's own takes names and dots alone.
 * It cannot be replaced there, so that expressions are given to it with another name, of the same length.
 */
import type { ASTNode, Environment } from '@marcbachmann/cel-js';

interface Checker {
  check(node: ASTNode, context: unknown): unknown;
  getType(name: string): unknown;
  createError(code: string, message: string, node: ASTNode): Error;
}
interface Evaluator {
  run(node: ASTNode, context: unknown): unknown;
}
interface Optional {
  hasValue(): boolean;
  value(): unknown;
}

const isOptional = (value: unknown): value is Optional =>
  typeof value === 'object' && value !== null && 'hasValue' in value && typeof value.hasValue === 'function';

function holds(value: unknown, name: string): boolean {
  if (isOptional(value)) return value.hasValue() && holds(value.value(), name);
  if (value instanceof Map) return value.get(name) !== undefined;
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, name) &&
    (value as Record<string, unknown>)[name] !== undefined
  );
}

export function registerPresence(env: Environment): void {
  env.registerFunction('h_s(ast): bool', ({ args }: { args: ASTNode[] }) => {
    const [node] = args as [ASTNode];
    return {
      typeCheck(checker: Checker, _: unknown, context: unknown): unknown {
        if (node.op !== '.' && node.op !== '.?')
          throw checker.createError('invalid_macro_argument', 'invalid argument to has() macro', node);
        checker.check(node, context);
        return checker.getType('bool');
      },
      evaluate(evaluator: Evaluator, _: unknown, context: unknown): boolean {
        const [left, name] = node.args as [ASTNode, string];
        return holds(evaluator.run(left, context), name);
      },
    };
  });
}

/** The expression as it is given to the library; texts in quotes stay. */
export function rewritePresence(source: string): string {
  return source.replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?<![\w.])has(?=\s*\()/g, (found) =>
    found === 'has' ? 'h_s' : found,
  );
}
