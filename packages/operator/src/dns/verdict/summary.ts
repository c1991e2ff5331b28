/** All records of a tenant in one line, and as its status shows them. */
import { Reason, type TenantDnsRecord } from '@tenant-operator/api';
import type { SilentName } from '../expected/index.ts';
import type { RecordState, Verdict } from './index.ts';

/** The condition `DNSReady`, or the outcome of a removal. */
export interface DnsSummary {
  /** `True`: everything is published (or gone). */
  status: 'True' | 'False' | 'Unknown';
  reason: Reason;
  message: string;
  /** How many verdicts are in which state. */
  counts: Record<RecordState, number>;
}

/** Which state speaks for the whole: what a person must mend comes first. */
const WEIGHT: Record<RecordState, number> = {
  failed: 0,
  left: 1,
  remains: 2,
  pending: 3,
  unknown: 4,
  published: 5,
  gone: 6,
};

const SILENCE: Record<SilentName['cause'], string> = {
  address: 'has no address in its status yet, so that ExternalDNS has nothing to publish',
  'gateway-address':
    'is served by a Gateway that has no address in its status yet, so that ExternalDNS has nothing to publish',
  gateway: 'is not accepted (yet) by a Gateway with a listener for it',
  pods: 'has no ready pods whose addresses could be published',
  nodes: 'finds no Node with an address that could be published',
  unseen: 'is published with addresses of pods, Nodes or Gateways, which the operator does not look at',
  'cluster-ip': 'is a ClusterIP Service, which ExternalDNS publishes only with --publish-internal-services',
  controller:
    'is left out by ExternalDNS: its controller annotation names another controller than dns-controller',
  'hostname-source':
    'has an ingress-hostname-source annotation that is neither annotation-only nor defined-hosts-only',
  'record-type': 'needs a record of a type that is not among the --managed-record-types of ExternalDNS',
  'label-too-long': 'leads to a label of more than 63 characters, on which ExternalDNS v0.14.0 breaks down',
  'annotation-prefix': 'has its hostname under an annotation prefix that this ExternalDNS does not read',
};

function reasonOf(cause: SilentName['cause']): Reason {
  if (['address', 'gateway', 'gateway-address', 'pods', 'nodes'].includes(cause))
    return Reason.AddressPending;
  if (cause === 'unseen') return Reason.Unknown;
  return cause === 'annotation-prefix' ? Reason.UnknownAnnotationPrefix : Reason.NotPublished;
}

function stateOf(reason: Reason): RecordState {
  if (reason === Reason.AddressPending) return 'pending';
  return reason === Reason.Unknown ? 'unknown' : 'failed';
}

/** Verdicts on hostnames that lead to no record, yet or ever; they have no type and expect nothing. */
export function silentVerdicts(names: readonly SilentName[]): Verdict[] {
  return names.map(({ name, resource, cause }) => {
    const reason = reasonOf(cause);
    return {
      name,
      type: '',
      setIdentifier: '',
      resource,
      state: stateOf(reason),
      reason,
      message: `${name}: ${resource} ${SILENCE[cause]}`,
      expected: [],
      seen: [],
    };
  });
}

/** One line for all verdicts: the gravest speaks, the number of its like is added. */
export function summarize(verdicts: readonly Verdict[]): DnsSummary {
  const counts = { published: 0, pending: 0, failed: 0, unknown: 0, gone: 0, remains: 0, left: 0 };
  for (const { state } of verdicts) counts[state] += 1;
  if (verdicts.length === 0) {
    return { status: 'True', reason: Reason.NoRecords, message: 'no hostname asks for a DNS record', counts };
  }
  const [worst] = [...verdicts].sort((left, right) => WEIGHT[left.state] - WEIGHT[right.state]);
  const { state, reason, message } = worst!;
  if (state === 'published' || state === 'gone') {
    const total = verdicts.length === 1 ? message : `all ${verdicts.length} records are ${state}`;
    return { status: 'True', reason, message: total, counts };
  }
  const others = verdicts.filter((each) => each.state !== 'published' && each.state !== 'gone').length - 1;
  return {
    status: state === 'unknown' ? 'Unknown' : 'False',
    reason,
    message: others > 0 ? `${message} (and ${others} more of ${verdicts.length})` : message,
    counts,
  };
}

/**
 * `status.dns[]`, sorted by name and type; hostnames without a record are not in it. `since` is kept from `previous` for
 * what has not changed its state, else it is `now` (ISO 8601). What is published keeps the answer that was seen first:
 * those of a proxy or an alias rotate, and that is no news.
 */
export function dnsStatus(
  verdicts: readonly Verdict[],
  previous: readonly TenantDnsRecord[],
  now: string,
): TenantDnsRecord[] {
  const before = new Map(previous.map((record) => [recordKey(record), record]));
  return verdicts
    .filter(({ type }) => type !== '')
    .map(({ name, type, setIdentifier, resource, reason, expected, seen, owner }) => {
      const record = { name, type, ...(setIdentifier === '' ? {} : { setIdentifier }), resource, expected };
      const known = before.get(recordKey(record));
      const isSame = known?.state === reason;
      const answers = isSame && reason === Reason.Published ? (known.seen ?? seen) : seen;
      return {
        ...record,
        state: reason,
        ...(answers.length > 0 ? { seen: answers } : {}),
        ...(owner === undefined ? {} : { owner }),
        since: isSame ? known.since : now,
      };
    })
    .sort((left, right) => (recordKey(left) < recordKey(right) ? -1 : 1));
}

/** Equal for a record that is expected as it was before. */
export function recordKey(
  record: Pick<TenantDnsRecord, 'name' | 'type' | 'setIdentifier' | 'expected'>,
): string {
  return `${record.name} ${record.type} ${record.setIdentifier ?? ''} ${record.expected.join()}`;
}
