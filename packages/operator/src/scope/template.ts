/** What of a template is out of reach whatever its rows say. */
import { itemType, type TenantTemplate } from '@tenant-operator/api';
import type { CompiledItem, TemplateProblem } from '../render/index.ts';
import type { Scope, ScopeProblem } from './index.ts';
import { isKindAllowed, kindRefusal } from './kinds.ts';
import { namespaceProblem, namespaceWish } from './namespaces.ts';

/** Kinds, and namespaces without a template in them; of kinds whose scope only the server knows, kinds alone. */
export function scopeProblems(
  items: readonly CompiledItem[],
  { metadata }: Pick<TenantTemplate, 'metadata'>,
  { options }: Scope,
): TemplateProblem[] {
  return items.flatMap((compiled) => {
    const problem = problemOf(compiled, metadata.namespace ?? '', options);
    if (!problem) return [];
    const { reason, message } = problem;
    return [{ reason, itemId: compiled.id, message: `item "${compiled.id}": ${message}` }];
  });
}

function problemOf(
  { list, item, apiVersion, kind, namespace }: CompiledItem,
  home: string,
  options: Scope['options'],
): ScopeProblem | undefined {
  if (!isKindAllowed(options.kinds, apiVersion, kind)) return kindRefusal(options, apiVersion, kind);
  if (!itemType(list)?.namespaced || namespace?.kind !== 'constant') return undefined;
  const isTargeted = item.targetNamespace !== undefined;
  const message =
    namespaceWish(home, { namespace: namespace.text, isTargeted }) ??
    namespaceProblem(options, home, namespace.text);
  return message === undefined ? undefined : { reason: 'NamespaceNotAllowed', message };
}
