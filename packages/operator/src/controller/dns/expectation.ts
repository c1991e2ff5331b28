/** The records that the objects of one tenant lead to. */
import type { ChildObservation } from '../../children/index.ts';
import {
  EMPTY_CLUSTER,
  type Expectation,
  type ExpectedRecord,
  type ExternalDnsSettings,
  expectedRecords,
  expectedValues,
  type GatewayObject,
  recordKey,
  type SourceObject,
} from '../../dns/index.ts';
import { type DnsRules, settingsFor } from './rules.ts';

export interface TenantExpectation {
  readonly expectation: Expectation;
  readonly settings: ExternalDnsSettings;
}

/** By what is observed of the objects; those that another Tenant controls do not count. */
export function expectationOf(
  observations: readonly ChildObservation[],
  tenantUid: string,
  rules: DnsRules,
  gatewaysFor: (objects: readonly SourceObject[]) => readonly GatewayObject[] | undefined,
): TenantExpectation {
  const objects = observations
    .filter((observation) => observation.tenantUid === tenantUid)
    .flatMap(({ dns }) => (dns ? [dns.object] : []))
    .sort((left, right) => (resourceOf(left) < resourceOf(right) ? -1 : 1));
  const settings = settingsFor(rules, objects);
  const gateways = gatewaysFor(objects);
  const cluster = gateways ? { ...EMPTY_CLUSTER, gateways } : EMPTY_CLUSTER;
  const { records, silent } = expectedRecords(objects, cluster, settings);
  return {
    settings,
    expectation: {
      // SRV records of NodePort Services are by-products that nobody asked for by name.
      records: records.filter(({ type }) => type !== 'SRV'),
      // Pods and Nodes are not looked at, so nothing can be said about what hangs on them.
      silent: silent.map((name) =>
        name.cause === 'pods' || name.cause === 'nodes' ? { ...name, cause: 'unseen' } : name,
      ),
    },
  };
}

/** `ingress/<namespace>/<name>`, as the ownership TXT names an object. */
export function resourceOf({ kind, metadata }: SourceObject): string {
  return `${kind.toLowerCase()}/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Equal to the key of the record in `status.dns` while it is expected as it was then. */
export function keyOfExpected(record: ExpectedRecord): string {
  return recordKey({ ...record, expected: expectedValues(record) });
}
