/**
 * The shape of a value as ownership sees it: scalar, list or map, each with its relationship (atomic or not).
 * Compiled from OpenAPI v3 schemas by the rules of kube-openapi's schema conversion.
 */
import type { Json } from '../json.ts';
import type { RawSchema } from '../schema/raw.ts';
import { refName } from '../schema/raw.ts';

export type ScalarAtom = 'numeric' | 'string' | 'boolean' | 'untyped';
export interface ListAtom {
  atomic: boolean;
  keys: readonly string[];
  element(): Atom;
}
export interface MapAtom {
  atomic: boolean;
  /** The atom of a declared field. */
  field(name: string): Atom | undefined;
  /** The default of a declared field; it takes part in list keys. */
  fieldDefault(name: string): Json | undefined;
  /** The atom of undeclared members; undefined when none are allowed. */
  element(): Atom | undefined;
}
export interface Atom {
  scalar?: ScalarAtom;
  list?: ListAtom;
  map?: MapAtom;
}

const UNTYPED: Atom = {
  scalar: 'untyped',
  list: { atomic: true, keys: [], element: () => UNTYPED },
  map: { atomic: true, field: () => undefined, fieldDefault: () => undefined, element: () => UNTYPED },
};

/** Shape unknown: maps are granular, lists atomic. */
export const DEDUCED: Atom = {
  scalar: 'untyped',
  list: { atomic: true, keys: [], element: () => UNTYPED },
  map: { atomic: false, field: () => undefined, fieldDefault: () => undefined, element: () => DEDUCED },
};

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

/** A compiler that shares the atoms of named definitions. */
export function createAtomCompiler(
  resolve: (name: string) => RawSchema | undefined,
): (raw: RawSchema) => Atom {
  const named = new Map<string, Atom>();

  function byName(name: string): Atom {
    const known = named.get(name);
    if (known) return known;
    if (name === QUANTITY) return { scalar: 'untyped' };
    if (name === RAW_EXTENSION) return UNTYPED;
    const raw = resolve(name);
    const atom = raw ? inline(raw, false) : UNTYPED;
    named.set(name, atom);
    return atom;
  }

  function reference(raw: RawSchema, preserve: boolean): Atom {
    const name = refName(raw);
    if (name === undefined) return inline(raw, preserve);
    const atom = byName(name);
    const type = raw['x-kubernetes-map-type'];
    return type && atom.map ? { ...atom, map: { ...atom.map, atomic: type === 'atomic' } } : atom;
  }

  function inline(raw: RawSchema, inherited: boolean): Atom {
    const preserve = inherited || raw['x-kubernetes-preserve-unknown-fields'] === true;
    switch (raw.type) {
      case undefined:
      case '':
        return { scalar: 'untyped', list: list(raw, preserve), map: map(raw, preserve) };
      case 'object':
        return { map: map(raw, preserve) };
      case 'array':
        return { list: list(raw, preserve) };
      case 'integer':
      case 'number':
        return { scalar: 'numeric' };
      case 'boolean':
        return { scalar: 'boolean' };
      case 'string':
        return { scalar: !raw.format || raw.format === 'byte' ? 'string' : 'untyped' };
      default:
        return { scalar: 'untyped' };
    }
  }

  function map(raw: RawSchema, preserve: boolean): MapAtom {
    const properties = raw.properties ?? {};
    const fields = new Map<string, Atom>();
    let element: Atom | undefined;
    let resolved = false;
    return {
      atomic: raw['x-kubernetes-map-type'] === 'atomic',
      field: (name) => {
        const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
        if (!property) return undefined;
        const known = fields.get(name) ?? reference(property, preserve);
        fields.set(name, known);
        return known;
      },
      fieldDefault: (name) => (Object.hasOwn(properties, name) ? properties[name]?.default : undefined),
      element: () => {
        if (!resolved) {
          const extra = raw.additionalProperties;
          resolved = true;
          if (typeof extra === 'object') element = reference(extra, preserve);
          else if (extra === true) element = DEDUCED;
          else if (extra === undefined && (preserve || Object.keys(properties).length === 0))
            element = DEDUCED;
        }
        return element;
      },
    };
  }

  function list(raw: RawSchema, preserve: boolean): ListAtom {
    const items = raw.items;
    let element: Atom | undefined;
    const type = raw['x-kubernetes-list-type'];
    const strategy = raw['x-kubernetes-patch-strategy'];
    let atomic = true;
    let keys: readonly string[] = [];
    if (type) {
      atomic = type === 'atomic';
      if (type === 'map') keys = raw['x-kubernetes-list-map-keys'] ?? [];
    } else if (strategy === 'merge' || strategy === 'merge,retainKeys') {
      atomic = false;
      const key = raw['x-kubernetes-patch-merge-key'];
      keys = key ? [key] : [];
    }
    return {
      atomic,
      keys,
      element: () => (element ??= items ? reference(items, preserve) : UNTYPED),
    };
  }

  return (raw) => reference(raw, false);
}
