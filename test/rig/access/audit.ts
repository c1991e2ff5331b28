import { existsSync, readFileSync } from 'node:fs';

/** Who the audit log records, at Metadata level. */
export interface AuditOptions {
  /** Exact user names, such as `system:serviceaccount:default:tenant-operator`; nobody else is recorded. */
  users?: string[];
  /** Nothing is recorded. */
  off?: boolean;
}

/** One recorded request, of the fields of `audit.k8s.io/v1` Event that tests look at. */
export interface AuditEvent {
  verb: string;
  requestURI: string;
  user: { username: string; groups?: string[] };
  userAgent?: string;
  stage: string;
  objectRef?: {
    resource?: string;
    namespace?: string;
    name?: string;
    apiGroup?: string;
    apiVersion?: string;
    subresource?: string;
  };
  responseStatus?: { code?: number; reason?: string; message?: string };
  requestReceivedTimestamp: string;
  stageTimestamp: string;
  annotations?: Record<string, string>;
}

/** All given fields must match. */
export interface AuditFilter {
  user?: string | RegExp;
  verb?: string | string[];
  resource?: string;
  subresource?: string;
  namespace?: string;
  name?: string;
  code?: number;
  /** Only what was recorded after `mark()` gave this. */
  since?: AuditMark;
}

/** A position in the log. */
export type AuditMark = number;

const NOISE = ['system:masters', 'system:nodes'];

/**
 * The policy: who is named in `users`; without a list, everyone but the administrator and the control plane's own
 * parts. The request's beginning is left out, so that a plain request is one entry and a watch is one at its start
 * (`ResponseStarted`) and one at its end.
 */
export function auditPolicy({ users, off }: AuditOptions): unknown {
  const none = { level: 'None' };
  const rules = off
    ? [none]
    : users
      ? [{ level: 'Metadata', users }, none]
      : [
          { level: 'Metadata', users: ['system:serviceaccount:kube-system:external-dns'] },
          { ...none, userGroups: [...NOISE, 'system:serviceaccounts:kube-system'] },
          {
            ...none,
            users: [
              'system:apiserver',
              'system:kube-controller-manager',
              'system:kube-scheduler',
              'system:kwok',
            ],
          },
          { level: 'Metadata' },
        ];
  return { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', omitStages: ['RequestReceived'], rules };
}

/** Reads the log's entries from `since` on; the last line may be half written and is left for the next time. */
export function readAuditLog(file: string, filter: AuditFilter = {}): AuditEvent[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file)
    .subarray(filter.since ?? 0)
    .toString('utf8');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter((event) => matchesAudit(event, filter));
}

/** `since` is not looked at. */
export function matchesAudit(event: AuditEvent, filter: AuditFilter): boolean {
  const { user, verb, code, since: _, ...reference } = filter;
  if (typeof user === 'string' && event.user.username !== user) return false;
  if (user instanceof RegExp && !user.test(event.user.username)) return false;
  if (verb !== undefined && ![verb].flat().includes(event.verb)) return false;
  if (code !== undefined && event.responseStatus?.code !== code) return false;
  for (const field of ['resource', 'subresource', 'namespace', 'name'] as const) {
    if (reference[field] !== undefined && event.objectRef?.[field] !== reference[field]) return false;
  }
  return true;
}
