/** Reads untrusted YAML values field by field, so that a message can name the field that is wrong. */
import { ConfigError } from './errors.ts';

/** A mapping of a kubeconfig with the place it came from. */
export class Fields {
  readonly place: string;
  readonly #values: Record<string, unknown>;

  constructor(value: unknown, place: string) {
    if (value === undefined || value === null) this.#values = {};
    else if (typeof value === 'object' && !Array.isArray(value))
      this.#values = value as Record<string, unknown>;
    else throw new ConfigError(`${place}: expected a mapping, found ${typeName(value)}`);
    this.place = place;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  /** A string; numbers and booleans are what YAML makes of an unquoted one. Empty counts as absent. */
  string(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw this.error(name, `expected a string, found ${typeName(value)}`);
  }

  required(name: string): string {
    const value = this.string(name);
    if (value === undefined) throw this.error(name, 'is missing');
    return value;
  }

  boolean(name: string): boolean {
    const value = this.#values[name];
    if (value === undefined || value === null) return false;
    if (typeof value === 'boolean') return value;
    throw this.error(name, `expected true or false, found ${typeName(value)}`);
  }

  strings(name: string): string[] {
    return this.#array(name).map((value) => {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        return String(value);
      throw this.error(name, `expected strings, found ${typeName(value)}`);
    });
  }

  fields(name: string): Fields {
    return new Fields(this.#values[name], `${this.place}: ${name}`);
  }

  list(name: string): Fields[] {
    return this.#array(name).map((value, index) => new Fields(value, `${this.place}: ${name}[${index}]`));
  }

  keys(): string[] {
    return Object.keys(this.#values);
  }

  error(name: string, problem: string): ConfigError {
    return new ConfigError(`${this.place}: ${name}: ${problem}`);
  }

  #array(name: string): unknown[] {
    const value = this.#values[name];
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    throw this.error(name, `expected a list, found ${typeName(value)}`);
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : `a ${typeof value === 'object' ? 'mapping' : typeof value}`;
}
