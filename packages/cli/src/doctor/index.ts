/**
 * What keeps tenants from having their DNS records, addresses and certificates: the guide's troubleshooting section and best
 * practices, looked at on a cluster.
 *
 * gather/ (all reads, of the cluster and of name servers) -> facts.ts -> checks/ (pure: one finding each, or several) -> print.ts.
 * orphans/ is the one question that needs a listing of a zone. Nothing is ever written: what mends is printed.
 */
import { CHECKS } from './checks/index.ts';
import type { Facts } from './facts.ts';

/** The parts of the guide that a check belongs to. */
export const SECTIONS = {
  cluster: 'Cluster',
  'not-created': 'DNS records not created',
  'not-deleted': 'DNS records not deleted',
  propagation: 'DNS propagation delays',
  address: 'Ingress not getting an address',
  certificates: 'Certificates',
  practices: 'Best practices',
} as const;
export type Section = keyof typeof SECTIONS;

/** `problem`: does not work, or will not. `advice`: works, against good practice. `unknown`: could not be looked at. */
export type Level = 'problem' | 'advice' | 'unknown';

export interface Finding {
  readonly level: Level;
  /** What it is about: `Deployment kube-system/external-dns`. */
  readonly subject: string;
  readonly finding: string;
  /** Why it matters. */
  readonly why: string;
  /** Commands that mend it, a line each; `#` begins what only a person can do. */
  readonly mend: readonly string[];
}

export interface Check {
  /** Stable: scripts may go by it. */
  readonly id: string;
  readonly section: Section;
  /** What is looked at. */
  readonly title: string;
  /** Nothing when all is well. Pure. */
  readonly run: (facts: Facts) => readonly Finding[];
}

export interface CheckResult {
  readonly id: string;
  readonly section: Section;
  readonly title: string;
  readonly findings: readonly Finding[];
}

export interface Diagnosis {
  readonly checks: readonly CheckResult[];
  readonly counts: Readonly<Record<Level, number>>;
}

/** Every check, in the order of the guide. Pure. */
export function diagnose(facts: Facts): Diagnosis {
  const checks = CHECKS.map(({ id, section, title, run }) => ({ id, section, title, findings: run(facts) }));
  const counts = { problem: 0, advice: 0, unknown: 0 };
  for (const { findings } of checks) for (const { level } of findings) counts[level] += 1;
  return { checks, counts };
}

export { ENVIRONMENTS, type Environment } from './environment.ts';
export type { Facts } from './facts.ts';
export { gather } from './gather/index.ts';
export { findOrphans, type OrphanReport, ownersOf, readZones } from './orphans/index.ts';
export { printDiagnosis } from './print.ts';
