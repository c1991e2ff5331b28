import type { AuditEvent, AuditMark } from '../access/audit.ts';
import type { ControlPlane } from '../parts/control-plane.ts';
import { EXTERNAL_DNS_ACCOUNT } from '../parts/external-dns.ts';

/** A refusal that is known and right; fields that are left out match anything. */
export interface ExpectedRefusal {
  user?: string;
  verb?: string;
  resource?: string;
  reason: string;
}

/** True of every rig. */
const ALWAYS: readonly ExpectedRefusal[] = [
  {
    user: serviceAccountUser(EXTERNAL_DNS_ACCOUNT),
    verb: 'watch',
    resource: 'nodes',
    reason:
      "the guide's ClusterRole lets ExternalDNS list nodes and no more; its informer asks for a watch all the same",
  },
];

/** `namespace/name` -> the user that a token of this ServiceAccount is. */
export function serviceAccountUser(account: string): string {
  return `system:serviceaccount:${account.replace('/', ':')}`;
}

/** What RBAC refused, save what is expected; one line each, with how often. Empty is what a suite wants. */
export function unexpectedRefusals(
  plane: Pick<ControlPlane, 'auditEvents'>,
  expected: readonly ExpectedRefusal[] = [],
  since?: AuditMark,
): string[] {
  const events = plane.auditEvents({ code: 403, ...(since === undefined ? {} : { since }) });
  const known = [...ALWAYS, ...expected];
  const counts = new Map<string, number>();
  for (const event of events) {
    if (known.some((refusal) => isSame(event, refusal))) continue;
    const line = describe(event);
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => (count === 1 ? line : `${line} (${count} times)`)).sort();
}

/** Throws when RBAC refused something that is not expected: rights are missing, or something asks for too much. */
export function assertNoRefusals(
  plane: Pick<ControlPlane, 'auditEvents'>,
  expected: readonly ExpectedRefusal[] = [],
  since?: AuditMark,
): void {
  const lines = unexpectedRefusals(plane, expected, since);
  if (lines.length > 0)
    throw new Error(`the API server refused:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

function isSame({ user, verb, objectRef }: AuditEvent, expected: ExpectedRefusal): boolean {
  return (
    (expected.user === undefined || expected.user === user.username) &&
    (expected.verb === undefined || expected.verb === verb) &&
    (expected.resource === undefined || expected.resource === objectRef?.resource)
  );
}

function describe({ user, verb, objectRef, requestURI }: AuditEvent): string {
  const { resource, subresource, namespace, name } = objectRef ?? {};
  const target = resource
    ? [subresource ? `${resource}/${subresource}` : resource, namespace, name]
    : [requestURI];
  return `${user.username}: ${verb} ${target.filter(Boolean).join(' ')}`;
}
