/** A set of field paths, as a tree: a node is in the set by itself (member) or has members below it (child). */
import type { Atom } from './atom.ts';
import { compareElements, type PathElement, printElement } from './element.ts';

interface ChildNode {
  element: PathElement;
  set: FieldSet;
}

export class FieldSet {
  readonly members = new Map<string, PathElement>();
  readonly children = new Map<string, ChildNode>();

  get empty(): boolean {
    return this.members.size === 0 && this.children.size === 0;
  }

  /** Adds a path. The root itself is never owned: an empty path is ignored. */
  insert(path: readonly PathElement[]): void {
    const [first, ...rest] = path;
    if (first === undefined) return;
    if (rest.length === 0) this.members.set(first.id, first);
    else this.descend(first).insert(rest);
  }

  has(path: readonly PathElement[]): boolean {
    const [first, ...rest] = path;
    if (first === undefined) return false;
    if (rest.length === 0) return this.members.has(first.id);
    return this.children.get(first.id)?.set.has(rest) ?? false;
  }

  /** The child at `element`, made when there is none. */
  descend(element: PathElement): FieldSet {
    const found = this.children.get(element.id);
    if (found) return found.set;
    const set = new FieldSet();
    this.children.set(element.id, { element, set });
    return set;
  }

  below(id: string): FieldSet | undefined {
    return this.children.get(id)?.set;
  }

  private adopt(element: PathElement, set: FieldSet): void {
    if (!set.empty) this.children.set(element.id, { element, set });
  }

  union(other: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const side of [this, other]) for (const [id, element] of side.members) out.members.set(id, element);
    for (const [id, { element, set }] of this.children) {
      const right = other.children.get(id)?.set;
      out.adopt(element, right ? set.union(right) : set);
    }
    for (const [id, { element, set }] of other.children) if (!this.children.has(id)) out.adopt(element, set);
    return out;
  }

  intersection(other: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const [id, element] of this.members) if (other.members.has(id)) out.members.set(id, element);
    for (const [id, { element, set }] of this.children) {
      const right = other.children.get(id)?.set;
      if (right) out.adopt(element, set.intersection(right));
    }
    return out;
  }

  /** Leaf difference: a parent stays when only its child is taken away. */
  difference(other: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const [id, element] of this.members) if (!other.members.has(id)) out.members.set(id, element);
    for (const [id, { element, set }] of this.children) {
      const right = other.children.get(id)?.set;
      out.adopt(element, right ? set.difference(right) : set);
    }
    return out;
  }

  /** Difference that takes everything below a member of `other` with it. */
  recursiveDifference(other: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const [id, element] of this.members) if (!other.members.has(id)) out.members.set(id, element);
    for (const [id, { element, set }] of this.children) {
      if (other.members.has(id)) continue;
      const right = other.children.get(id)?.set;
      out.adopt(element, right ? set.recursiveDifference(right) : set);
    }
    return out;
  }

  /** Only what lies at or below the fields named by `pattern`'s members. */
  restrictTo(pattern: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const [id, element] of this.members) if (pattern.members.has(id)) out.members.set(id, element);
    for (const [id, { element, set }] of this.children) {
      if (pattern.members.has(id)) out.adopt(element, set);
      else {
        const right = pattern.children.get(id)?.set;
        if (right) out.adopt(element, set.restrictTo(right));
      }
    }
    return out;
  }

  /** With the named struct fields on the way to a member as members too. */
  withNamedFields(atom: Atom | undefined): FieldSet {
    const out = new FieldSet();
    for (const [id, element] of this.members) out.members.set(id, element);
    for (const [id, { element, set }] of this.children) {
      let below: Atom | undefined;
      if (element.kind === 'field') {
        const known = atom?.map?.field(element.name);
        if (known) out.members.set(id, element);
        below = known ?? atom?.map?.element();
      } else if (element.kind === 'key' || element.kind === 'value') below = atom?.list?.element();
      out.adopt(element, set.withNamedFields(below));
    }
    return out;
  }

  /** Every path of the set, parents first, in the order of path elements. */
  *paths(prefix: PathElement[] = []): Generator<PathElement[]> {
    for (const element of [...this.members.values()].sort(compareElements)) yield [...prefix, element];
    for (const { element, set } of [...this.children.values()].sort((a, b) =>
      compareElements(a.element, b.element),
    ))
      yield* set.paths([...prefix, element]);
  }
}

export function printPath(path: readonly PathElement[]): string {
  return path.map(printElement).join('');
}
