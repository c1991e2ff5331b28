/**
 * Paths of the fields that a kind does not have: those of the object that were left out when it was parsed. The API server
 * prunes them without a word unless it validates strictly, and a misspelt field is then a field that does nothing. Pure.
 */
export function unknownFields(object: unknown, parsed: unknown, path = ''): string[] {
  if (Array.isArray(object))
    return Array.isArray(parsed)
      ? object.flatMap((entry: unknown, index) => unknownFields(entry, parsed[index], `${path}[${index}]`))
      : [];
  if (!isObject(object) || !isObject(parsed)) return [];
  return Object.entries(object).flatMap(([name, value]) => {
    const place = path === '' ? name : `${path}.${name}`;
    if (value === undefined || value === null) return [];
    return Object.hasOwn(parsed, name) ? unknownFields(value, parsed[name], place) : [place];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
