import type { Condition, Tenant, TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import type { ItemView, TenantView } from '@tenant-operator/dashboard';
import { describe, expect, it } from 'vitest';
import { findCauses, wordsOf } from './causes.ts';
import type { Cause, Facts } from './index.ts';
import { findRowCauses } from './row.ts';

const now = Date.parse('2026-01-01T00:10:00Z');
const condition = (type: string, status: string, reason: string, message = ''): Condition =>
  ({ type, status, reason, message, lastTransitionTime: '2026-01-01T00:00:00Z' }) as Condition;
const item = (id: string, state: ItemView['state'], more: Partial<ItemView> = {}): ItemView => ({
  id,
  kind: 'ConfigMap',
  apiVersion: 'v1',
  namespace: 'ns',
  name: `acme-${id}`,
  wave: 0,
  dependIds: [],
  state,
  message: state === 'waiting' ? 'it is Pending' : '',
  ...more,
});

interface Given {
  readonly tenant?: Record<string, unknown>;
  readonly spec?: Record<string, unknown>;
  readonly conditions?: readonly Condition[];
  readonly registry?: Record<string, unknown> | null;
  readonly template?: Record<string, unknown> | null;
  readonly items?: readonly ItemView[];
  readonly dns?: readonly Partial<TenantView['dns'][number]>[];
  readonly certificates?: TenantView['certificates'];
  readonly more?: Partial<Facts>;
}

function factsOf(given: Given): Facts {
  const items = (given.items ?? []).map(({ id }) => ({
    id,
    waitForReady: id !== 'ignored',
    timeoutSeconds: 300,
    spec: {},
  }));
  const head = { apiVersion: 'operator.kubernetes-tenants.org/v1' };
  return {
    tenant: {
      ...head,
      kind: 'Tenant',
      metadata: { name: 'acme-app', namespace: 'ns', generation: 1, ...(given.tenant?.metadata ?? {}) },
      spec: { uid: 'acme', registryId: 'crm', templateRef: 'app', values: {}, suspend: false, ...given.spec },
      status: { observedGeneration: 1, conditions: given.conditions ?? [], ...(given.tenant?.status ?? {}) },
    } as unknown as Tenant,
    registry:
      given.registry === null
        ? undefined
        : ({ metadata: { name: 'crm' }, spec: {}, ...given.registry } as unknown as TenantRegistry),
    template:
      given.template === null
        ? undefined
        : ({
            metadata: { name: 'app' },
            ...given.template,
            spec: { configMaps: items, ...(given.template?.spec ?? {}) },
          } as unknown as TenantTemplate),
    view: {
      items: given.items ?? [],
      dns: (given.dns ?? []).map((record) => ({
        name: 'a.example.com',
        type: 'A',
        state: 'RecordMissing',
        expected: ['192.0.2.1'],
        seen: [],
        owner: '',
        resource: 'ingress/ns/acme',
        since: '2026-01-01T00:00:00Z',
        ...record,
      })),
      certificates: given.certificates ?? [],
    } as unknown as TenantView,
    clues: [],
    leftovers: [],
    now,
    ...given.more,
  };
}

const told = ({ subject, reason, isMinor, holdsUp }: Cause) =>
  `${isMinor ? 'minor ' : ''}${subject}: ${reason}${holdsUp.length > 0 ? ` <- ${holdsUp.join(',')}` : ''}`;

describe('findCauses', () => {
  it.each<{ given: Given; causes: string[]; reason: string }>([
    { given: { items: [item('a', 'ready'), item('b', 'absent')] }, causes: [], reason: 'nothing is wrong' },
    {
      given: {
        items: [
          item('a', 'waiting'),
          item('b', 'missing', { dependIds: ['a'] }),
          item('c', 'missing', { dependIds: ['b'] }),
        ],
      },
      causes: ['ConfigMap ns/acme-a (item a): WaitingForReady <- b,c'],
      reason: 'a chain has one root',
    },
    {
      given: { items: [item('ignored', 'waiting'), item('b', 'missing', { dependIds: ['ignored'] })] },
      causes: [
        'minor ConfigMap ns/acme-ignored (item ignored): WaitingForReady',
        'ConfigMap ns/acme-b (item b): Applying',
      ],
      reason: 'what nobody waits for holds nothing up',
    },
    {
      given: {
        items: [item('a', 'ready'), item('b', 'missing')],
        conditions: [
          condition('Ready', 'False', 'Conflict', '0 of 2 resources ready; "a": it belongs to x; "b": y'),
          condition('Conflicted', 'True', 'Conflict', '"a": it belongs to x'),
          condition('Degraded', 'True', 'Conflict', '"a": it belongs to x; "b": refused'),
        ],
      },
      causes: ['ConfigMap ns/acme-a (item a): Conflict', 'ConfigMap ns/acme-b (item b): ApplyFailed'],
      reason: "somebody else's object may be ready, and a condition has one reason for several items",
    },
    {
      given: {
        items: [item('a', 'hidden')],
        conditions: [condition('Progressing', 'True', 'KindNotFound', '"a": no such kind')],
      },
      causes: ['ConfigMap ns/acme-a (item a): KindNotFound'],
      reason: 'a kind that the server does not know',
    },
    {
      given: {
        spec: { suspend: true },
        registry: { spec: { suspend: true } },
        items: [item('a', 'waiting')],
      },
      causes: ['TenantRegistry crm: Suspended', 'Tenant acme-app: Suspended'],
      reason: 'a suspension explains the rest',
    },
    { given: { template: null }, causes: ['TenantTemplate app: TemplateNotFound'], reason: 'no template' },
    {
      given: {
        template: { status: { conditions: [condition('Valid', 'False', 'UnknownVariable', 'x')] } },
        tenant: { status: { observedGeneration: 1, templateRevision: 'app-1' } },
      },
      causes: ['minor TenantTemplate app: UnknownVariable'],
      reason: 'an invalid edit leaves the tenant on its revision',
    },
    {
      given: { conditions: [condition('Ready', 'False', 'HostTaken', 'x')], items: [item('a', 'missing')] },
      causes: ['Tenant acme-app: HostTaken'],
      reason: 'a parked tenant',
    },
    {
      given: {
        registry: {
          status: {
            conditions: [condition('Ready', 'False', 'SourceUnreachable', 'no route')],
            quarantinedRows: [{ uid: 'acme', reason: 'DuplicateUid', message: '2 rows', since: 'x' }],
            heldDeletions: { count: 3, tenants: ['acme-app'], since: 'x', digest: 'd' },
          },
        },
      },
      causes: [
        'minor TenantRegistry crm: SourceUnreachable',
        'minor row acme: DuplicateUid',
        'minor row acme: DeletionHeld',
      ],
      reason: 'a table that cannot be read, a spoiled row, a held removal',
    },
    {
      given: {
        template: {
          status: {
            currentRevision: 'app-2',
            rollout: { phase: 'Failed', message: 'too many', updatedTenants: 1, totalTenants: 9 },
          },
        },
        tenant: { status: { observedGeneration: 1, templateRevision: 'app-1' } },
      },
      causes: ['minor TenantTemplate app: RolloutFailed'],
      reason: 'a rollout that halted before this tenant',
    },
    {
      given: {
        conditions: [
          condition('Ready', 'False', 'WaitingForDNS', 'x'),
          condition('DNSReady', 'False', 'RecordMissing', 'm'),
        ],
        dns: [{}],
      },
      causes: ['DNS a.example.com A: RecordMissing'],
      reason: 'records that gate',
    },
    {
      given: {
        conditions: [condition('Ready', 'True', 'Ready'), condition('DNSReady', 'False', 'RecordMissing')],
        dns: [{}],
      },
      causes: ['minor DNS a.example.com A: RecordMissing'],
      reason: 'records that are only reported',
    },
    {
      given: { conditions: [condition('DNSReady', 'False', 'AddressPending', 'no address')] },
      causes: ['minor DNS: AddressPending'],
      reason: 'no record can be expected yet',
    },
    {
      given: { certificates: [{ name: 'tls', hosts: ['a'], state: 'failed', message: 'no account' }] },
      causes: ['minor Certificate tls (a): CertificatesFailed'],
      reason: 'a certificate that could not be had',
    },
    {
      given: {
        conditions: [condition('CertificateReady', 'False', 'CertificatesHeld', 'held')],
        certificates: [{ name: 'tls', hosts: ['a'], state: 'missing', message: '' }],
      },
      causes: ['minor certificates: CertificatesHeld'],
      reason: 'certificates that wait for DNS on purpose',
    },
    {
      given: { conditions: [condition('HTTPSReady', 'False', 'CertificateUntrusted', 'a: self-signed')] },
      causes: ['minor HTTPS: CertificateUntrusted'],
      reason: 'a host that does not answer as it should',
    },
    {
      given: { conditions: [condition('HTTPSReady', 'Unknown', 'ProbePending')] },
      causes: [],
      reason: 'a probe that waits for the records: those are to blame',
    },
    {
      given: { conditions: [condition('Degraded', 'True', 'Drifted', 'somebody changed fields: "a"')] },
      causes: ['minor Tenant acme-app: Drifted'],
      reason: 'drift that is left',
    },
    {
      given: { tenant: { status: { observedGeneration: 0 } } },
      causes: ['Tenant acme-app: Applying'],
      reason: 'an operator that does not look',
    },
    {
      given: {
        tenant: { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } },
        conditions: [condition('Ready', 'False', 'Deleting', 'x')],
        more: { leftovers: [{ kind: 'Job', namespace: 'ns', name: 'j', finalizers: ['a/b'] }] },
      },
      causes: ['Tenant acme-app: Deleting', 'Job ns/j: Deleting'],
      reason: 'a deletion that a finalizer keeps',
    },
  ])('$reason', ({ given, causes }) => {
    expect(findCauses(factsOf(given)).map(told)).toEqual(causes);
  });

  it('says when waiting turns into failure', () => {
    const inventory = [{ id: 'a', appliedTime: '2026-01-01T00:08:00Z' }];
    const facts = factsOf({
      items: [item('a', 'waiting')],
      tenant: { status: { observedGeneration: 1, inventory } },
      more: { clues: [{ id: 'a', lines: ['pod x: ImagePullBackOff'] }] },
    });
    expect(findCauses(facts)[0]?.details).toEqual([
      'pod x: ImagePullBackOff',
      'counts as failed in 180 s (timeoutSeconds 300)',
    ]);
  });
});

describe('wordsOf', () => {
  const message = '1 of 3 resources ready; "a": one; two; "b": three; and 2 more';
  it.each<[string, string | undefined, string]>([
    ['a', 'one; two', 'words may have a semicolon'],
    ['b', 'three', 'the last one'],
    ['c', undefined, 'not named'],
  ])('%s: %s (%s)', (id, words, _reason) => {
    expect(wordsOf([{ message }], id)).toBe(words);
  });
});

describe('findRowCauses', () => {
  const registry = (more: Record<string, unknown>) =>
    ({
      metadata: { name: 'crm' },
      spec: { valueMappings: { uid: 'id', activate: 'on' } },
      ...more,
    }) as unknown as TenantRegistry;
  const synced = { conditions: [condition('Ready', 'True', 'Synced')] };
  const template = (status = {}) =>
    ({ metadata: { name: 'app' }, spec: { registryId: 'crm' }, status }) as unknown as TenantTemplate;
  const invalid = template({ conditions: [condition('Valid', 'False', 'DependencyCycle', 'a, b')] });

  it.each<[TenantRegistry[], TenantTemplate[], string[], string]>([
    [[], [], ['namespace ns: RegistryNotFound'], 'no registry'],
    [
      [
        registry({
          status: {
            ...synced,
            quarantinedRows: [{ uid: 'x', reason: 'InvalidUid', message: '', since: '' }],
          },
        }),
      ],
      [template()],
      ['TenantRegistry crm, row x: InvalidUid'],
      'quarantine',
    ],
    [[registry({ spec: { suspend: true } })], [], ['TenantRegistry crm: Suspended'], 'suspended'],
    [[registry({})], [], ['TenantRegistry crm: SyncPending'], 'never read'],
    [
      [registry({ status: { conditions: [condition('Ready', 'False', 'TableNotFound', 'x')] } })],
      [template()],
      ['TenantRegistry crm: TableNotFound'],
      'cannot be read',
    ],
    [[registry({ status: synced })], [], ['TenantRegistry crm: NoTenants'], 'no template'],
    [[registry({ status: synced })], [invalid], ['TenantTemplate app: DependencyCycle'], 'invalid template'],
    [[registry({ status: synced })], [template()], ['TenantRegistry crm: RowInactive'], 'no such row'],
  ])('%#: %3$s', (registries, templates, causes) => {
    expect(findRowCauses({ uid: 'x', namespace: 'ns', registries, templates }).map(told)).toEqual(causes);
  });
});
