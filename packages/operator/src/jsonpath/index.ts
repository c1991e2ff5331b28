/**
 * The part of kubectl's JSONPath that names fields: `.spec.replicas`, `$.metadata.annotations["a.b/c"]`, `[0]`, `[*]`,
 * escaped dots (`.data.a\.b`), with or without `{}` around it. No filters, no recursion, no expressions: a path selects
 * fields, and nothing is evaluated. (https://kubernetes.io/docs/reference/kubectl/jsonpath/)
 */
export type Segment =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' };

export type FieldPath = readonly Segment[];

export type ParsedPath =
  | { readonly ok: true; readonly path: FieldPath }
  | { readonly ok: false; readonly message: string };

/** Parses one path. The message of a failure says what is wrong and at which character. */
export function parseFieldPath(text: string): ParsedPath {
  const trimmed = text.trim().replace(/^\{(.*)\}$/s, '$1');
  const source = trimmed.replace(/^\$/, '');
  const path: Segment[] = [];
  let at = 0;
  while (at < source.length) {
    const token = readToken(source.slice(at), path.length === 0);
    if (typeof token === 'string') {
      return { ok: false, message: `JSONPath ${JSON.stringify(text)}: ${token} at character ${at + 1}` };
    }
    path.push(token.segment);
    at += token.length;
  }
  if (path.length === 0) return { ok: false, message: `JSONPath ${JSON.stringify(text)} names no field` };
  return { ok: true, path };
}

const forms: readonly { readonly pattern: RegExp; readonly segment: (match: RegExpExecArray) => Segment }[] =
  [
    { pattern: /^\[\*\]/, segment: () => ({ kind: 'all' }) },
    { pattern: /^\.\*/, segment: () => ({ kind: 'all' }) },
    { pattern: /^\[(\d{1,6})\]/, segment: ([, digits]) => ({ kind: 'index', index: Number(digits) }) },
    {
      pattern: /^\['((?:[^'\\]|\\.)*)'\]/,
      segment: ([, name]) => ({ kind: 'field', name: unescapeName(name) }),
    },
    {
      pattern: /^\["((?:[^"\\]|\\.)*)"\]/,
      segment: ([, name]) => ({ kind: 'field', name: unescapeName(name) }),
    },
    {
      pattern: /^\.((?:[^.[\]\\{}'"\s*]|\\.)+)/,
      segment: ([, name]) => ({ kind: 'field', name: unescapeName(name) }),
    },
  ];
const bareField = /^((?:[^.[\]\\{}'"\s*$@?]|\\.)+)/;

function readToken(rest: string, isFirst: boolean): { segment: Segment; length: number } | string {
  for (const { pattern, segment } of forms) {
    const match = pattern.exec(rest);
    if (match) return { segment: segment(match), length: match[0].length };
  }
  const bare = isFirst ? bareField.exec(rest) : null;
  if (bare) return { segment: { kind: 'field', name: unescapeName(bare[1]) }, length: bare[0].length };
  if (rest.startsWith('..')) return 'recursive descent (..) is not supported';
  if (rest.startsWith('[?')) return 'filters ([?()]) are not supported';
  return 'a field (.name), an index ([0]) or all ([*]) is expected';
}

function unescapeName(name = ''): string {
  return name.replace(/\\(.)/gs, '$1');
}

type Json = unknown;

/** A copy of `value` without the fields that the paths name; lists keep their length when an element is named. */
export function withoutFields(value: Json, paths: readonly FieldPath[]): Json {
  return paths.reduce<Json>((rest, path) => remove(rest, path), value);
}

function remove(value: Json, [segment, ...rest]: FieldPath): Json {
  if (!segment || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((element, index) => {
      const isNamed = segment.kind === 'all' || (segment.kind === 'index' && segment.index === index);
      if (!isNamed) return element;
      return rest.length === 0 ? null : remove(element, rest);
    });
  }
  const record = value as Record<string, Json>;
  const entries = Object.entries(record).flatMap(([name, element]) => {
    const isNamed = segment.kind === 'all' || (segment.kind === 'field' && segment.name === name);
    if (!isNamed) return [[name, element] as const];
    return rest.length === 0 ? [] : [[name, remove(element, rest)] as const];
  });
  return Object.fromEntries(entries);
}

/**
 * A copy of `value` in which the named fields hold what `live` holds, or are left out where it has none. Elements of lists are
 * matched by their `name` where they have one, so that each container keeps its own image whatever the order.
 */
export function withLiveFields(value: Json, live: Json, paths: readonly FieldPath[]): Json {
  return paths.reduce<Json>((result, path) => copy(result, live, path), value);
}

function copy(value: Json, live: Json, [segment, ...rest]: FieldPath): Json {
  if (!segment || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((element, index) => {
      const isNamed = segment.kind === 'all' || (segment.kind === 'index' && segment.index === index);
      const twin = isNamed ? findTwin(live, element, index) : undefined;
      if (twin === undefined) return element;
      return rest.length === 0 ? twin : copy(element, twin, rest);
    });
  }
  const record = value as Record<string, Json>;
  const other = (typeof live === 'object' && live !== null ? live : {}) as Record<string, Json>;
  const names = segment.kind === 'field' ? [segment.name] : Object.keys(record);
  const result = { ...record };
  for (const name of names) {
    if (rest.length > 0) {
      if (Object.hasOwn(record, name)) result[name] = copy(record[name], other[name], rest);
    } else if (Object.hasOwn(other, name)) result[name] = other[name];
    else delete result[name];
  }
  return result;
}

function findTwin(live: Json, element: Json, index: number): Json {
  if (!Array.isArray(live)) return undefined;
  const name = nameOf(element);
  return name === undefined ? live[index] : live.find((candidate) => nameOf(candidate) === name);
}

function nameOf(element: Json): unknown {
  return typeof element === 'object' && element !== null ? (element as { name?: unknown }).name : undefined;
}
