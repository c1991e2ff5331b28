/** What an action writes for its value. */
import { sprint } from '../fmt/index.ts';
import { type AnyNode, nodeText } from '../parse/index.ts';
import { Func } from '../value/func.ts';
import { Struct } from '../value/struct.ts';
import type { Value } from '../value/value.ts';
import type { State } from './state.ts';

/** Nil is `<no value>` here; only inside lists and maps, and for print, it is `<nil>`. */
export function printed(state: State, node: AnyNode, value: Value): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '<no value>';
  if (value instanceof Func) {
    state.node = node;
    return state.fail(`can't print ${nodeText(node)} of type ${value.type.name}`);
  }
  const text = sprint(value);
  // A pointer is followed before it is printed, so its & is not shown.
  return value instanceof Struct && text.startsWith('&') && value.toText() === undefined
    ? text.slice(1)
    : text;
}
