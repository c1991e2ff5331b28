/** Patterns of namespaces, as `--allowed-namespaces` takes them, and what is protected without any. */
import type { ScopeOptions, WantedObject } from './index.ts';

/** Who can write there can become anybody: a pattern does not cover them, they have to be named. */
const systemNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

/** The Tenant's own namespace; no name of a namespace. */
const own = '.';

/** What is wrong with a pattern, in one line; undefined when it can be used. */
export function namespacePatternProblem(text: string): string | undefined {
  if (text === own || (/^[a-z0-9*]([-a-z0-9*]*[a-z0-9*])?$/.test(text) && text.length <= 63))
    return undefined;
  return `${JSON.stringify(text)} names no namespace: write a name, a pattern such as team-*, or . for the Tenant's own`;
}

/** Another namespace than the Tenant's is asked for, and not in the field for it: a manifest that was pasted, more likely than a wish. */
export function namespaceWish(
  home: string,
  { namespace, isTargeted }: Pick<WantedObject, 'namespace' | 'isTargeted'>,
): string | undefined {
  if (isTargeted || namespace === undefined || namespace === home) return undefined;
  return `spec.metadata.namespace is "${namespace}", but the Tenant is in "${home}": remove it, or say targetNamespace: ${namespace} if another namespace is meant`;
}

/** Why templates whose Tenants are in `home` may not write to a namespace; undefined when they may. */
export function namespaceProblem(
  { namespaces, operatorNamespace }: ScopeOptions,
  home: string,
  namespace: string,
): string | undefined {
  const list = namespaces ?? [own, '*'];
  if (list.includes(namespace) || (namespace === home && list.includes(own))) return undefined;
  if (systemNamespaces.includes(namespace) || namespace === operatorNamespace)
    return `namespace "${namespace}" is protected: the operator writes there only when its --allowed-namespaces name it`;
  if (list.some((text) => text !== own && toRegExp(text).test(namespace))) return undefined;
  return `namespace "${namespace}" is not among the --allowed-namespaces of the operator (${list.join(', ')}; . is the Tenant's own)`;
}

/** Patterns are short and hold no more than `*`, so that this takes linear time for all that they meet. */
function toRegExp(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/\*+/g, '[-a-z0-9]*')}$`);
}
