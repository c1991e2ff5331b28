/** The flags that say how far templates reach, and as whom their objects are written. */
import {
  createScope,
  kindPatternProblem,
  namespacePatternProblem,
  type Scope,
} from '@tenant-operator/operator';
import { InvalidArgumentError, type Option } from 'commander';

/** As commander names them. */
export interface ScopeFlags {
  readonly allowedKinds?: readonly string[];
  readonly allowedNamespaces?: readonly string[];
  readonly defaultServiceAccount?: string;
}

export function scopeOptions(flag: (flags: string, description: string, env: string) => Option): Option[] {
  return [
    flag(
      '--allowed-kinds <kinds>',
      'kinds that templates may use, such as Deployment,Role.rbac.authorization.k8s.io,*.apps (repeatable); all when left out',
      'ALLOWED_KINDS',
    ).argParser(list(kindPatternProblem)),
    flag(
      '--allowed-namespaces <namespaces>',
      "namespaces that templates may write to, such as .,team-* (repeatable); . is the Tenant's own; when left out all, save kube-* and the operator's own, which have to be named",
      'ALLOWED_NAMESPACES',
    ).argParser(list(namespacePatternProblem)),
    flag(
      '--default-service-account <name>',
      'ServiceAccount in the namespace of a template that its objects are written as, where the template names none',
      'DEFAULT_SERVICE_ACCOUNT',
    ).argParser(accountName),
  ];
}

export function readScope(
  { allowedKinds: kinds, allowedNamespaces: namespaces }: ScopeFlags,
  operatorNamespace: string,
): Scope {
  return createScope({ kinds, namespaces, operatorNamespace });
}

/** Lists add up, by commas and by repetition. */
function list(problemOf: (text: string) => string | undefined) {
  return (text: string, before: readonly string[] = []): readonly string[] => {
    const entries = text.split(',').map((entry) => entry.trim());
    for (const entry of entries) {
      const problem = problemOf(entry);
      if (problem !== undefined) throw new InvalidArgumentError(problem);
    }
    return [...before, ...entries];
  };
}

function accountName(text: string): string {
  if (/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text) && text.length <= 253) return text;
  throw new InvalidArgumentError(`${JSON.stringify(text)} is no name of a ServiceAccount`);
}
