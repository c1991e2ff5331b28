/** The HTTPS probe of one tenant: which hosts are asked, and what its status says of the answers. Pure. */
import type { Tenant } from '@tenant-operator/api';
import type { Expectation, Report } from '../../dns/index.ts';
import { judgeReport, type ProbeReport } from '../../probe/index.ts';
import type { ConditionInput } from '../../status/index.ts';

/** `kept`: nothing new can be said, and what is stored stays. Undefined: nobody asks for it. */
export type ProbeView = ConditionInput | 'kept' | undefined;

/**
 * The hosts to ask: names of expected records that are published, by what verification found, or as it is stored before the first
 * look. Where nothing is verified, all of them. A wildcard is no host.
 */
export function hostsToProbe(
  tenant: Tenant,
  { records }: Expectation,
  report: Report | undefined,
  isVerified: boolean,
): string[] {
  const names = records.map(({ name }) => name.toLowerCase()).filter((name) => !name.startsWith('*'));
  const found = report?.verdicts.map(({ name, reason }) => ({ name, state: reason as string }));
  const published = new Set(
    (found ?? tenant.status?.dns ?? [])
      .filter(({ state }) => state === 'Published')
      .map(({ name }) => name.toLowerCase()),
  );
  const hosts = isVerified ? names.filter((name) => published.has(name)) : names;
  return [...new Set(hosts)].sort();
}

/** `report` is of these hosts, or undefined before the first answers. */
export function probeView(hosts: readonly string[], report: ProbeReport | undefined): ProbeView {
  if (hosts.length === 0) {
    const message = 'no host has a published record yet that could be asked';
    return { type: 'HTTPSReady', status: 'Unknown', reason: 'ProbePending', message };
  }
  const verdict = report && judgeReport(report);
  return verdict ? { type: 'HTTPSReady', ...verdict } : 'kept';
}
