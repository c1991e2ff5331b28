/** `matchConditions` of a webhook: CEL over the request, so that what does not concern it is not sent. */
import { compile, typedValue } from '../crd/cel/index.ts';
import { isObject, type Json, type JsonObject, textOf } from '../json.ts';

export type Match =
  | { readonly kind: 'all' }
  | { readonly kind: 'not' }
  | { readonly kind: 'failed'; readonly why: string };

/** One that is false keeps the webhook out, whatever the others say; one that fails counts only when none is false. */
export function matchConditions(hook: JsonObject, request: JsonObject): Match {
  const conditions = (Array.isArray(hook.matchConditions) ? hook.matchConditions : []).filter(isObject);
  if (conditions.length === 0) return { kind: 'all' };
  const variables = {
    request: typedValue(undefined, request),
    object: typedValue(undefined, request.object),
    oldObject: typedValue(undefined, request.oldObject),
  };
  const failures: string[] = [];
  for (const { name, expression } of conditions) {
    const outcome = evaluate(textOf(expression), variables);
    if (outcome === false) return { kind: 'not' };
    if (outcome !== true) failures.push(`${textOf(name)}: ${outcome}`);
  }
  return failures.length === 0 ? { kind: 'all' } : { kind: 'failed', why: failures.join(', ') };
}

function evaluate(expression: string, variables: Record<string, unknown>): boolean | string {
  const program = compile(expression);
  if (program instanceof Error) return program.message;
  try {
    const value = program(variables) as unknown;
    return typeof value === 'boolean' ? value : 'it is no bool';
  } catch (error) {
    return (error as Error).message;
  }
}

/** What is said when a condition could not be answered and the webhook's policy is to fail. */
export function failedConditions(name: Json | undefined, why: string): string {
  return `failed to evaluate matchConditions of webhook ${JSON.stringify(textOf(name))}: ${why.split('\n')[0] ?? ''}`;
}
