/** The way from a row to an answer, link by link: what stands, and where it ends. Pure. */
import type { Condition, Tenant, TenantRegistry } from '@tenant-operator/api';
import { tenantRow } from '../views.ts';
import type { ChainLink, ItemState } from '../wire.ts';

export function chainOf(tenant: Tenant, registry: TenantRegistry | undefined): ChainLink[] {
  const { conditions = [] } = tenant.status ?? {};
  const find = (type: string) => conditions.find((condition) => condition.type === type);
  const { phase, reason, ready, desired } = tenantRow(tenant);
  return [
    { name: 'row', ...rowLink(tenant, registry) },
    {
      name: 'tenant',
      state: phase === 'Ready' ? 'ready' : phase === 'Degraded' ? 'failed' : 'waiting',
      text: phase === reason || reason === '' ? phase : `${phase}: ${reason}`,
    },
    {
      name: 'objects',
      state: ready === desired ? 'ready' : phase === 'Degraded' ? 'failed' : 'waiting',
      text: `${ready} of ${desired}`,
    },
    { name: 'records', ...conditionLink(find('DNSReady'), ['Disabled', 'NoRecords'], 'not looked at yet') },
    {
      name: 'certificates',
      ...conditionLink(find('CertificateReady'), ['NoCertificates'], 'none asked for'),
    },
    { name: 'answer', ...answerLink(find('HTTPSReady'), find('CertificateReady')) },
  ];
}

type Link = Omit<ChainLink, 'name'>;

function rowLink({ spec }: Tenant, registry: TenantRegistry | undefined): Link {
  const text = `${spec.uid} of ${spec.registryId}`;
  if (!registry) return { state: 'missing', text: `${text}, which does not exist` };
  const read = registry.status?.conditions?.find(({ type }) => type === 'Ready');
  const state: ItemState =
    read?.status === 'True' ? 'ready' : read?.status === 'False' ? 'failed' : 'waiting';
  return { state, text: state === 'ready' ? text : `${text}: ${read?.reason ?? 'not read yet'}` };
}

function conditionLink(condition: Condition | undefined, none: readonly string[], otherwise: string): Link {
  if (!condition) return { state: 'absent', text: otherwise };
  const { status, reason } = condition;
  if (none.includes(reason)) return { state: 'absent', text: reason };
  const isFailed = status === 'False' && reason.endsWith('Failed');
  return { state: status === 'True' ? 'ready' : isFailed ? 'failed' : 'waiting', text: reason };
}

/** A certificate that is on its way is not yet trusted: that is no failure of its own. */
function answerLink(condition: Condition | undefined, certificate: Condition | undefined): Link {
  if (!condition) return { state: 'absent', text: 'not asked for: dns.probe is off' };
  const { status, reason, message } = condition;
  const isOnItsWay =
    reason === 'CertificateUntrusted' &&
    ['CertificatesPending', 'CertificatesHeld'].includes(certificate?.reason ?? '');
  const isFailed = status === 'False' && !isOnItsWay;
  const state = status === 'True' ? 'ready' : isFailed ? 'failed' : 'waiting';
  return { state, text: message === '' ? reason : message };
}
