/** Patterns of kinds, as `--allowed-kinds` takes them. */
import { LISTS } from '@tenant-operator/api';
import type { ScopeOptions, ScopeProblem } from './index.ts';

/** The groups of the kinds that templates have lists for: there the bare kind says enough. */
const listed: ReadonlyMap<string, string> = new Map(
  LISTS.flatMap(({ type }) => (type ? [[type.kind, groupOf(type.apiVersion)] as const] : [])),
);

/** The group without a name, where a pattern has to say it (`*.core`). */
const core = 'core';

const pattern = /^(\*|[A-Z][A-Za-z0-9]*)(\.[a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$/;

/** What is wrong with a pattern, in one line; undefined when it can be used. */
export function kindPatternProblem(text: string): string | undefined {
  if (pattern.test(text)) return undefined;
  return `${JSON.stringify(text)} names no kind: write ConfigMap, Role.rbac.authorization.k8s.io, *.apps, *.core or *`;
}

/**
 * `Kind.group`, `*.group` or `*`. A bare `Kind` is the one that a template list holds (`Deployment` is `Deployment.apps`), else one
 * of the core group; never one of that name in any group.
 */
export function isKindAllowed(
  patterns: readonly string[] | undefined,
  apiVersion: string,
  kind: string,
): boolean {
  if (patterns === undefined) return true;
  const group = groupOf(apiVersion);
  return patterns.some((text) => {
    if (text === '*') return true;
    const dot = text.indexOf('.');
    if (dot < 0) return text === kind && group === (listed.get(kind) ?? '');
    const [wantedKind, wantedGroup] = [text.slice(0, dot), text.slice(dot + 1)];
    return (wantedKind === '*' || wantedKind === kind) && (wantedGroup === core ? '' : wantedGroup) === group;
  });
}

export function kindRefusal({ kinds = [] }: ScopeOptions, apiVersion: string, kind: string): ScopeProblem {
  const group = groupOf(apiVersion);
  const full = group === '' ? kind : `${kind}.${group}`;
  const message = `the kind ${full} is not among the --allowed-kinds of the operator (${kinds.join(', ')})`;
  return { reason: 'KindNotAllowed', message };
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
