/** Go's fmt for values: Sprint, Sprintln, Sprintf. `undefined` counts as nil here. */
import { shortestFloat } from '../strconv/index.ts';
import { normalize } from '../value/bytes.ts';
import type { Value } from '../value/value.ts';
import { Printer } from './printer.ts';
import { formatAll } from './printf.ts';

/** %v of one value: what a template prints for it, save that nil is `<nil>`. */
export function sprint(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'number':
      return shortestFloat(value);
    default: {
      if (value === undefined || value === null) return '<nil>';
      const printer = new Printer();
      printer.printArg(value, 'v');
      return printer.text;
    }
  }
}

/** fmt.Sprint: a space between two operands when neither is a string. */
export function sprintAll(values: readonly Value[]): string {
  let text = '';
  values.forEach((value, i) => {
    if (i > 0 && typeof value !== 'string' && typeof values[i - 1] !== 'string') text += ' ';
    text += sprint(value);
  });
  return normalize(text);
}

/** fmt.Sprintln: spaces between all operands and a newline at the end. */
export function sprintln(values: readonly Value[]): string {
  return `${normalize(values.map(sprint).join(' '))}\n`;
}

/** fmt.Sprintf. */
export function sprintf(format: string, values: readonly Value[]): string {
  return normalize(formatAll(format, values));
}
