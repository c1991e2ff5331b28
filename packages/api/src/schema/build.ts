import * as z from 'zod';

/**
 * What a Kubernetes schema can say and zod cannot, kept beside the zod schemas. The builders below set it and make
 * zod check the same thing, so that the API server and a parse at the boundary refuse the same objects.
 */
export interface Extras {
  /** CEL rules, `x-kubernetes-validations`. */
  readonly rules?: readonly CelRule[];
  readonly listMapKeys?: readonly string[];
  readonly listType?: 'set' | 'atomic';
  readonly mapType?: 'atomic';
  readonly maxProperties?: number;
  readonly preserveUnknownFields?: boolean;
}

interface CelRule {
  readonly rule: string;
  readonly message: string;
}

/** A CEL rule and the same rule in TypeScript; a transition rule (over `oldSelf`) has no second half. */
export interface Rule<T> extends CelRule {
  readonly holds?: (value: T) => boolean;
}

export const extras = z.registry<Extras>();

/** Adds rules that the API server checks by CEL and a parse by `holds`, with the same message. */
export function withRules<S extends z.ZodType>(schema: S, ...rules: readonly Rule<z.output<S>>[]): S {
  const checked = schema.superRefine((value, context) => {
    for (const { holds, message } of rules) if (holds?.(value) === false) context.addIssue(message);
  });
  const plain: z.ZodType = schema;
  const before = extras.get(plain)?.rules ?? [];
  const cel = rules.map(({ rule, message }) => ({ rule, message }));
  return withExtras(checked, { rules: [...before, ...cel] });
}

/** Sets what a Kubernetes schema says more about this very schema object. */
export function withExtras<S extends z.ZodType>(schema: S, more: Extras): S {
  const plain: z.ZodType = schema;
  extras.add(plain, { ...extras.get(plain), ...more });
  return schema;
}

/** A field that can be set once and never changed. */
export function immutable<S extends z.ZodType>(schema: S, message: string): S {
  return withRules(schema, { rule: 'self == oldSelf', message });
}

/** A string of at most `max` characters that must match; `pattern` has to read the same in RE2 and JavaScript. */
export function word(pattern: RegExp, max: number, message: string): z.ZodString {
  return withRules(z.string().max(max), {
    rule: `self.matches('${pattern.source.replaceAll('\\/', '/')}')`,
    message,
    holds: (value) => pattern.test(value),
  });
}

/** A string that is not empty and at most `max` characters long. */
export function text(max: number): z.ZodString {
  return z.string().min(1).max(max);
}

/** A list whose entries are told apart by `key`: the server refuses duplicates and merges by it. */
export function mapList<S extends z.ZodType>(entry: S, key: string, max: number): z.ZodArray<S> {
  return z
    .array(entry)
    .max(max)
    .superRefine((entries, context) => {
      const seen = new Set<unknown>();
      for (const [index, value] of entries.entries()) {
        const id = (value as Record<string, unknown>)[key];
        if (seen.has(id)) {
          context.addIssue({
            code: 'custom',
            path: [index, key],
            message: `duplicate ${key} ${JSON.stringify(id)}`,
          });
        }
        seen.add(id);
      }
    })
    .register(extras, { listMapKeys: [key] });
}

/** A list of distinct plain values, such as names. */
export function setList<S extends z.ZodType>(entry: S, max: number): z.ZodArray<S> {
  return z
    .array(entry)
    .max(max)
    .superRefine((entries, context) => {
      for (const [index, value] of entries.entries()) {
        if (entries.indexOf(value) < index) {
          context.addIssue({ code: 'custom', path: [index], message: `duplicate ${JSON.stringify(value)}` });
        }
      }
    })
    .register(extras, { listType: 'set' });
}

/** A list that is written as a whole, by one writer, in an order that has a meaning. */
export function atomicList<S extends z.ZodType>(entry: S): z.ZodArray<S> {
  return z.array(entry).register(extras, { listType: 'atomic' });
}

/** A map from names to strings. */
export function stringMap(value: z.ZodString, max?: number): z.ZodRecord<z.ZodString, z.ZodString> {
  const map = z.record(z.string(), value);
  if (max === undefined) return map;
  return map
    .refine((entries) => Object.keys(entries).length <= max, `must have at most ${max} entries`)
    .register(extras, { maxProperties: max });
}

/** A count that a status reports. */
export function count(): z.ZodInt32 {
  return z.int32().min(0);
}

/** A time in RFC 3339, as Kubernetes writes it. */
export function time(): z.ZodISODateTime {
  return z.iso.datetime({ offset: true });
}
