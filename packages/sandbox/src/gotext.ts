/** Values as Go's `%v` prints them, for the messages that quote one. */
import { isObject, type Json } from './json.ts';

export function goMap(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(goMap).join(' ')}]`;
  if (isObject(value))
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${goMap(value[key])}`)
      .join(' ')}]`;
  return value === null || value === undefined ? '<nil>' : String(value);
}
