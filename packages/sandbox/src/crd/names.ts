/** Which of its names a definition gets: those that no other definition of its group has. */
import { child, type Json, type JsonObject, textOf } from '../json.ts';

export interface Accepted {
  names: JsonObject;
  /** Reason and message of the first name that is taken. */
  conflict: readonly [string, string] | undefined;
}

const KINDS = ['kind', 'listKind'] as const;
const RESOURCES = ['plural', 'singular', 'shortNames'] as const;

const textsOf = (value: Json | undefined): string[] =>
  (Array.isArray(value) ? value.map(textOf) : [textOf(value)]).filter((text) => text !== '');

/** `others` are the definitions of the same group, this one left out. */
export function acceptNames(definition: JsonObject, others: readonly JsonObject[]): Accepted {
  const wanted = child(child(definition, 'spec'), 'names') ?? {};
  const taken = (fields: readonly string[]) =>
    new Set(
      others.flatMap((other) => {
        const names = child(child(other, 'status'), 'acceptedNames') ?? {};
        return fields.flatMap((field) => textsOf(names[field]));
      }),
    );
  const kinds = taken(KINDS);
  const resources = taken(RESOURCES);
  const before = child(child(definition, 'status'), 'acceptedNames') ?? {};
  const names: JsonObject = { ...wanted };
  let conflict: readonly [string, string] | undefined;
  for (const [field, reason, used] of [
    ['plural', 'PluralConflict', resources],
    ['singular', 'SingularConflict', resources],
    ['shortNames', 'ShortNamesConflict', resources],
    ['kind', 'KindConflict', kinds],
    ['listKind', 'ListKindConflict', kinds],
  ] as const) {
    const clash = textsOf(wanted[field]).find((name) => used.has(name));
    if (clash === undefined) continue;
    conflict ??= [reason, `${JSON.stringify(clash)} is already in use`];
    if (field === 'kind' || field === 'plural') names[field] = textOf(before[field]);
    else delete names[field];
  }
  return { names, conflict };
}
