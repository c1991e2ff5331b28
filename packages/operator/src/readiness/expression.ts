/** `readyWhen`: a CEL expression over the live `object` that says when it is ready. */
import { Environment } from '@marcbachmann/cel-js';
import type { KubeObject } from '@tenant-operator/kube';
import { failed, type Readiness, ready, waiting } from './verdict.ts';

type Program = (variables: { readonly object: unknown }) => unknown;

const environment = new Environment({ homogeneousAggregateLiterals: false }).registerVariable(
  'object',
  'dyn',
);
const programs = new Map<string, Program>();
const maxPrograms = 1_000;

/** What is wrong with an expression, in one line; undefined when it parses. */
export function expressionProblem(expression: string): string | undefined {
  try {
    compile(expression);
    return undefined;
  } catch (error) {
    return `readyWhen does not parse: ${firstLine(error)}`;
  }
}

/** A field that is not there yet makes an expression wait; anything but a boolean is a fault of the expression. */
export function judgeExpression(expression: string, object: KubeObject): Readiness {
  try {
    const result = compile(expression)({ object: toCel(object) });
    if (result === true) return ready;
    if (result === false) return waiting(`readyWhen is false: ${expression}`);
    return failed(`readyWhen gives ${typeof result} and not true or false: ${expression}`);
  } catch (error) {
    return waiting(`readyWhen cannot be told yet: ${firstLine(error)}`);
  }
}

function compile(expression: string): Program {
  const known = programs.get(expression);
  if (known) return known;
  const program = environment.parse(expression) as Program;
  if (programs.size >= maxPrograms) programs.clear();
  programs.set(expression, program);
  return program;
}

/** Whole numbers are int in CEL, as in Kubernetes' own rules; here that is bigint. */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toCel(member)]));
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? '';
}
