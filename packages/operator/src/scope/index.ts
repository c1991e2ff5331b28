/**
 * How far templates reach: which kinds and which namespaces the operator writes to for them. Pure.
 *
 * The operator's rights are wider than those of who writes a template, so it says no in their place (docs/security.md). Kinds stand
 * in a template as plain text and are judged with it (`scopeProblems`); names and namespaces may hold a row's values and are judged
 * for each object (`Scope.refuse`).
 */
import { isKindAllowed, kindRefusal } from './kinds.ts';
import { namespaceProblem, namespaceWish } from './namespaces.ts';

export { kindPatternProblem } from './kinds.ts';
export { namespacePatternProblem } from './namespaces.ts';
export { scopeProblems } from './template.ts';

export interface ScopeOptions {
  /** `--allowed-kinds`: `ConfigMap`, `Role.rbac.authorization.k8s.io`, `*.apps`, `*`; every kind when left out. */
  readonly kinds?: readonly string[] | undefined;
  /** `--allowed-namespaces`: names, `team-*`, `.` for the Tenant's own; all but the protected ones when left out. */
  readonly namespaces?: readonly string[] | undefined;
  /** Where the operator's own objects are. */
  readonly operatorNamespace?: string | undefined;
}

export interface ScopeProblem {
  readonly reason: 'KindNotAllowed' | 'NamespaceNotAllowed' | 'ObjectNotAllowed';
  /** What is not allowed and what to do, without the item's name. */
  readonly message: string;
}

/** An object that a template asks for. */
export interface WantedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** What the item says in `targetNamespace`, else in `spec.metadata.namespace`; undefined for the Tenant's own. */
  readonly namespace: string | undefined;
  /** The item says it in `targetNamespace`, so that another namespace is meant. */
  readonly isTargeted: boolean;
  /** The kind lives in namespaces. */
  readonly namespaced: boolean;
}

export interface Scope {
  readonly options: ScopeOptions;
  /** Why a Tenant in `own` may not have this object; undefined when it may. */
  refuse(own: string, object: WantedObject): ScopeProblem | undefined;
}

/** What cannot be read as a pattern is refused where the flags are read; here it allows nothing. */
export function createScope(options: ScopeOptions = {}): Scope {
  return {
    options,
    refuse(own, object) {
      const { apiVersion, kind, name } = object;
      if (!isKindAllowed(options.kinds, apiVersion, kind)) return kindRefusal(options, apiVersion, kind);
      const isNamespace = apiVersion === 'v1' && kind === 'Namespace';
      const namespace = object.namespaced ? (object.namespace ?? own) : isNamespace ? name : undefined;
      const wish = object.namespaced ? namespaceWish(own, object) : undefined;
      const problem =
        wish ?? (namespace === undefined ? undefined : namespaceProblem(options, own, namespace));
      if (problem !== undefined) return { reason: 'NamespaceNotAllowed', message: problem };
      return isOperatorsOwn(options, object, namespace)
        ? { reason: 'ObjectNotAllowed', message: ownMessage(object) }
        : undefined;
    },
  };
}

/** Its certificates, the key of its digests, its Lease, and who asks its webhook: with them a template would be the operator. */
function isOperatorsOwn(
  { operatorNamespace }: ScopeOptions,
  { apiVersion, kind, name }: WantedObject,
  namespace: string | undefined,
): boolean {
  if (apiVersion.startsWith('admissionregistration.k8s.io/')) return name === 'tenant-operator';
  if (namespace === undefined || namespace !== operatorNamespace || kind === 'Namespace') return false;
  return (
    ['Secret', 'Lease'].includes(kind) && (name === 'tenant-operator' || name.startsWith('tenant-operator-'))
  );
}

function ownMessage({ kind, name }: WantedObject): string {
  return `${kind} "${name}" is the operator's own: no template may write it`;
}
