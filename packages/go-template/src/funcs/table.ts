/**
 * The function table: a name stands for a Go signature and what it does. Argument counts, argument types and
 * their error texts are checked by the executor from the signature alone, so that `call` always gets what it
 * declares: exactly the declared TypeScript types, `null` (never `undefined`) for nil in an interface{}
 * parameter, a nil Slice or GoMap where nil was given for a list or a map.
 *
 * A function reports what Go reports as an error or a panic by throwing `GoError` with Go's text.
 */
import type { Type } from '../value/type.ts';
import type { Value } from '../value/value.ts';

/** Why a function's result is not decided by its arguments alone. */
export type Impurity = 'random' | 'clock' | 'environment' | 'network';

/** What a function may use besides its arguments. */
export interface CallContext {
  /** Milliseconds since the epoch. */
  now(): number;
  /** That many bytes of randomness, good enough for secrets. */
  random(size: number): Uint8Array;
  /** IANA name of the local zone for dates; `undefined` is the zone of the process. */
  readonly timeZone: string | undefined;
  /**
   * Call before building something whose size an argument decides (repeat, until, indent): throws a LimitError
   * when so many bytes or list items go over what the render may still build.
   */
  reserve(size: number): void;
}

export interface FuncSpec {
  readonly params: readonly Type[];
  /** The last parameter takes any number of arguments; its type in `params` is that of one of them. */
  readonly variadic: boolean;
  readonly result: Type;
  readonly impure?: Impurity;
  readonly call: (context: CallContext, ...args: never) => Value;
}

export type FuncTable = ReadonlyMap<string, FuncSpec>;

type TypeOf<T> = T extends Type<infer V> ? V : never;
type ArgsOf<P extends readonly Type[]> = { -readonly [K in keyof P]: TypeOf<P[K]> };

/** A function with a fixed number of parameters: `func([STRING], STRING, (_, s) => s.trim())`. */
export function func<const P extends readonly Type[], R extends Value>(
  params: P,
  result: Type<R>,
  call: (context: CallContext, ...args: ArgsOf<P>) => NoInfer<R>,
  impure?: Impurity,
): FuncSpec {
  return spec(params, false, result, call, impure);
}

/** A variadic function: `variadic([STRING], ANY, STRING, (_, format, ...args) => ...)`. */
export function variadic<const P extends readonly Type[], V, R extends Value>(
  params: P,
  rest: Type<V>,
  result: Type<R>,
  call: (context: CallContext, ...args: [...ArgsOf<P>, ...V[]]) => NoInfer<R>,
  impure?: Impurity,
): FuncSpec {
  return spec([...params, rest], true, result, call, impure);
}

function spec(
  params: readonly Type[],
  isVariadic: boolean,
  result: Type,
  call: FuncSpec['call'],
  impure: Impurity | undefined,
): FuncSpec {
  const made = { params, variadic: isVariadic, result, call, ...(impure === undefined ? {} : { impure }) };
  specs.add(made);
  return made;
}

const specs = new WeakSet<object>();

/** Whether an object was made by `func` or `variadic`: plain data can never pass for a function. */
export function isFuncSpec(data: object): data is FuncSpec {
  return specs.has(data);
}
