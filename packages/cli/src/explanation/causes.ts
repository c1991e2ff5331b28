/** What is to blame, in the order of the way from the row to the answer. Pure. */
import {
  type Condition,
  REASONS,
  type ReasonInfo,
  type TemplateItem,
  type TenantTemplate,
  templateItems,
} from '@tenant-operator/api';
import type { ItemView } from '@tenant-operator/dashboard';
import type { Cause, Facts } from './index.ts';

export function findCauses(facts: Facts): Cause[] {
  const { tenant } = facts;
  if (tenant.metadata.deletionTimestamp !== undefined)
    return [...suspensions(facts), ...deletionCauses(facts)];
  const halts = [...suspensions(facts), ...templateCauses(facts), ...haltCauses(facts)];
  return [
    ...registryCauses(facts),
    ...rowCauses(facts),
    ...halts,
    ...rolloutCauses(facts),
    // While nothing may be done the items are as they were left: they are to blame for nothing.
    ...(halts.some(({ isMinor }) => !isMinor) ? [] : [...itemCauses(facts), ...driftCauses(facts)]),
    ...staleCauses(facts),
    ...dnsCauses(facts),
    ...certificateCauses(facts),
    ...answerCauses(facts),
  ];
}

function cause(
  subject: string,
  reason: string,
  message: string,
  more: Partial<Omit<Cause, 'subject' | 'reason' | 'message'>> = {},
): Cause {
  return { subject, reason, message, details: [], holdsUp: [], ...more };
}

export function conditionOf(
  object: { readonly status?: { readonly conditions?: readonly Condition[] } | undefined } | undefined,
  type: string,
): Condition | undefined {
  return object?.status?.conditions?.find((condition) => condition.type === type);
}

/** The sentence of a reason, without the full stop. */
export function meaningOf(reason: string): string {
  const known: ReasonInfo | undefined = (REASONS as Readonly<Record<string, ReasonInfo>>)[reason];
  return known?.meaning.replace(/\.$/, '') ?? '';
}

function suspensions({ tenant, template, registry }: Facts): Cause[] {
  const held = 'spec.suspend is true: nothing is changed, and nothing is lost';
  const of = (what: 'registry' | 'template' | 'tenant', kind: string, name: string) =>
    cause(`${kind} ${name}`, 'Suspended', held, { hint: `tenant-operator resume ${what} ${name}` });
  return [
    ...(registry?.spec.suspend ? [of('registry', 'TenantRegistry', registry.metadata.name)] : []),
    ...(template?.spec.suspend ? [of('template', 'TenantTemplate', template.metadata.name)] : []),
    ...(tenant.spec.suspend ? [of('tenant', 'Tenant', tenant.metadata.name)] : []),
  ];
}

function registryCauses({ registry, tenant }: Facts): Cause[] {
  const subject = `TenantRegistry ${tenant.spec.registryId}`;
  if (!registry)
    return [
      cause(subject, 'RegistryNotFound', 'it does not exist: the row is not followed any more', {
        isMinor: true,
      }),
    ];
  const ready = conditionOf(registry, 'Ready');
  if (ready?.status !== 'False' || ready.reason === 'Suspended') return [];
  return [
    cause(subject, ready.reason, ready.message, {
      details: ['changes of the row do not arrive until this is mended; what runs goes on'],
      isMinor: true,
    }),
  ];
}

function rowCauses({ registry, tenant }: Facts): Cause[] {
  const { uid, templateRef } = tenant.spec;
  const row = registry?.status?.quarantinedRows?.find(
    (candidate) =>
      candidate.uid === uid && (candidate.template === undefined || candidate.template === templateRef),
  );
  const held = registry?.status?.heldDeletions;
  return [
    ...(row
      ? [
          cause(`row ${uid}`, row.reason, row.message, {
            details: [`since ${row.since}: the tenant stays as it is`],
            isMinor: true,
          }),
        ]
      : []),
    ...(held?.tenants.includes(tenant.metadata.name)
      ? [
          cause(
            `row ${uid}`,
            'DeletionHeld',
            'its row is gone or switched off, and the deletion guard holds the removal',
            {
              details: [`since ${held.since}, with ${held.count - 1} others`],
              hint: `tenant-operator approve ${registry?.metadata.name ?? ''}`,
              isMinor: true,
            },
          ),
        ]
      : []),
  ];
}

function templateCauses({ template, tenant }: Facts): Cause[] {
  const subject = `TenantTemplate ${tenant.spec.templateRef}`;
  if (!template) return [cause(subject, 'TemplateNotFound', 'it does not exist')];
  const valid = conditionOf(template, 'Valid');
  if (!valid || valid.status === 'True') return [];
  return [
    cause(subject, valid.reason, valid.message, {
      hint: 'tenant-operator validate FILE shows the place',
      isMinor: tenant.status?.templateRevision !== undefined,
    }),
  ];
}

const halting = ['RenderFailed', 'HostTaken', 'NameTaken', 'InvalidSpec', 'InternalError'];

function haltCauses({ tenant }: Facts): Cause[] {
  const ready = conditionOf(tenant, 'Ready');
  if (!ready || ready.status === 'True' || !halting.includes(ready.reason)) return [];
  const hint = ready.reason === 'HostTaken' ? { hint: 'give one of the two rows another host' } : {};
  return [
    cause(`Tenant ${tenant.metadata.name}`, ready.reason, ready.message, {
      details: [meaningOf(ready.reason)].filter(Boolean),
      ...hint,
    }),
  ];
}

function rolloutCauses({ template, tenant }: Facts): Cause[] {
  const rollout = template?.status?.rollout;
  const newest = template?.status?.currentRevision;
  const own = tenant.status?.templateRevision;
  if (!template || !rollout || newest === undefined || own === undefined || own === newest) return [];
  if (rollout.phase !== 'InProgress' && rollout.phase !== 'Failed') return [];
  const { updatedTenants = 0, totalTenants = 0, updatingTenants = 0 } = rollout;
  const isFailed = rollout.phase === 'Failed';
  const applied = conditionOf(template, 'Applied');
  return [
    cause(
      `TenantTemplate ${template.metadata.name}`,
      applied?.reason ?? (isFailed ? 'RolloutFailed' : 'RolloutInProgress'),
      isFailed
        ? `the rollout has halted, and this tenant stays on revision ${own}: ${rollout.message ?? ''}`
        : `this tenant is on revision ${own}; its turn has not come`,
      {
        details: [
          `${updatedTenants} of ${totalTenants} tenants have revision ${newest}, ${updatingTenants} of them are not settled`,
          ...(isFailed || !rollout.message ? [] : [rollout.message]),
        ],
        ...(isFailed ? { hint: `tenant-operator rollback ${template.metadata.name}` } : {}),
        isMinor: true,
      },
    ),
  ];
}

/** What conditions say of an item: they name it with its words. */
export function wordsOf(conditions: readonly { readonly message: string }[], id: string): string | undefined {
  const start = `"${id}": `;
  for (const { message } of conditions) {
    const at = message.indexOf(start);
    if (at < 0) continue;
    return message.slice(at + start.length).split(/; (?="[^"]+": |and \d+ more)/)[0];
  }
  return undefined;
}

function itemCauses(facts: Facts): Cause[] {
  const { view, template } = facts;
  const items = new Map(view.items.map((item) => [item.id, item]));
  const spec = new Map((template ? itemsOf(template) : []).map((item) => [item.id, item]));
  const { broken, open } = toldBy(facts.tenant);
  // Somebody else's object may be ready, and what nobody may see may be waited for: conditions tell.
  const isOpen = ({ id, state }: ItemView) =>
    ['waiting', 'failed', 'missing'].includes(state) ||
    wordsOf(broken, id) !== undefined ||
    (state === 'hidden' && wordsOf(open, id) !== undefined);
  const counts = (item: ItemView) => spec.get(item.id)?.waitForReady !== false;
  const roots = new Map<string, ItemView[]>();
  for (const item of view.items.filter(isOpen)) {
    const root = rootOf(item, items, (candidate) => isOpen(candidate) && counts(candidate));
    roots.set(root.id, [...(roots.get(root.id) ?? []), ...(root === item ? [] : [item])]);
  }
  return [...roots].flatMap(([id, waiting]) => {
    const item = items.get(id);
    return item ? [itemCause(facts, item, spec.get(id), waiting, !counts(item))] : [];
  });
}

/** Conditions that speak of items: those that are broken, and those that are not done. */
function toldBy({ status }: Facts['tenant']): { readonly broken: Condition[]; readonly open: Condition[] } {
  const conditions = status?.conditions ?? [];
  return {
    broken: conditions.filter(
      ({ type, status: is }) => ['Conflicted', 'Degraded'].includes(type) && is === 'True',
    ),
    open: conditions.filter(
      ({ type, status: is }) =>
        (type === 'Ready' && is === 'False') || (type === 'Progressing' && is === 'True'),
    ),
  };
}

function itemsOf(template: TenantTemplate): TemplateItem[] {
  return templateItems(template).map(({ item }) => item);
}

/** Follows an object that was not made yet to the dependency that it waits for; what exists is its own cause. */
function rootOf(
  item: ItemView,
  items: ReadonlyMap<string, ItemView>,
  isOpen: (item: ItemView) => boolean,
): ItemView {
  if (item.state !== 'missing' && item.waitsFor === undefined) return item;
  for (const id of item.dependIds) {
    const dependency = items.get(id);
    if (dependency && dependency !== item && isOpen(dependency)) return rootOf(dependency, items, isOpen);
  }
  return item;
}

function itemCause(
  { tenant, clues, now }: Facts,
  item: ItemView,
  spec: TemplateItem | undefined,
  waiting: readonly ItemView[],
  isMinor: boolean,
): Cause {
  const { broken, open } = toldBy(tenant);
  const said = wordsOf([...broken, ...open], item.id);
  const reason = reasonOf(item, broken);
  const message =
    said?.replace(`${item.kind} "${item.name}": `, '') ??
    (item.state === 'missing' ? 'it was not made yet: does the operator run?' : item.message);
  const clue = clues.find(({ id }) => id === item.id)?.lines ?? [];
  const where = item.name === '' ? '' : ` ${item.namespace === '' ? '' : `${item.namespace}/`}${item.name}`;
  return cause(`${item.kind}${where} (item ${item.id})`, reason, message, {
    details: [...clue, ...deadline(tenant, item, spec, now)],
    holdsUp: waiting.map(({ id }) => id),
    ...hintFor(reason, item),
    ...(isMinor ? { isMinor } : {}),
  });
}

/** A condition has the reason of the first item that it names; the others have their words alone. */
function reasonOf({ id, state }: ItemView, broken: readonly Condition[]): string {
  const naming = broken.filter((condition) => wordsOf([condition], id) !== undefined);
  if (naming.some(({ type }) => type === 'Conflicted')) return 'Conflict';
  const first = naming.find(({ message }) => message.startsWith(`"${id}": `));
  if (first) return first.reason;
  if (naming.length > 0 && state !== 'failed') return 'ApplyFailed';
  if (state === 'failed') return 'ResourceFailed';
  if (state === 'hidden') return 'KindNotFound';
  return state === 'missing' ? 'Applying' : 'WaitingForReady';
}

function hintFor(reason: string, item: ItemView): { readonly hint?: string } {
  if (reason === 'Conflict')
    return {
      hint: `tenant-operator import shows what taking it over would change; or rename item ${item.id}, or remove the object`,
    };
  if (reason === 'ImmutableField')
    return { hint: `delete the object, or set recreateOnImmutable: true on item ${item.id}` };
  return {};
}

/** When waiting turns into failure. */
function deadline(
  tenant: Facts['tenant'],
  item: ItemView,
  spec: TemplateItem | undefined,
  now: number,
): string[] {
  const entry = tenant.status?.inventory?.find(({ id }) => id === item.id);
  if (item.state !== 'waiting' || !spec || spec.waitForReady === false) return [];
  if (entry?.appliedTime === undefined || entry.ready) return [];
  const at = Date.parse(entry.appliedTime) + spec.timeoutSeconds * 1_000;
  const left = Math.round((at - now) / 1_000);
  return left > 0 ? [`counts as failed in ${left} s (timeoutSeconds ${spec.timeoutSeconds})`] : [];
}

function driftCauses({ tenant }: Facts): Cause[] {
  const degraded = conditionOf(tenant, 'Degraded');
  if (degraded?.status !== 'True' || degraded.reason !== 'Drifted') return [];
  return [
    cause(`Tenant ${tenant.metadata.name}`, 'Drifted', degraded.message, {
      hint: 'tenant-operator plan --tenant shows the fields; driftPolicy: Correct puts them back',
      isMinor: true,
    }),
  ];
}

/** The newest spec was not looked at: whoever should do that is away. */
function staleCauses({ tenant, now }: Facts): Cause[] {
  const { generation = 1, creationTimestamp } = tenant.metadata;
  const seen = tenant.status?.observedGeneration;
  const isFresh = seen === undefined && now - Date.parse(creationTimestamp ?? '') < 10_000;
  if (isFresh || (seen ?? 0) >= generation) return [];
  return [
    cause(
      `Tenant ${tenant.metadata.name}`,
      'Applying',
      'the operator has not looked at its newest spec yet',
      {
        hint: 'if this stays, the operator does not run: look at its pods and its Lease',
      },
    ),
  ];
}

function dnsCauses({ tenant, view }: Facts): Cause[] {
  const ready = conditionOf(tenant, 'DNSReady');
  const gate = conditionOf(tenant, 'Ready')?.reason === 'WaitingForDNS';
  const open = view.dns.filter(({ state }) => state !== 'Published' && state !== 'RecordGone');
  if (ready?.status === 'True' || (!ready && open.length === 0)) return [];
  if (ready && open.length === 0) {
    if (['Disabled', 'NoRecords'].includes(ready.reason)) return [];
    return [
      cause('DNS', ready.reason, ready.message, { details: [meaningOf(ready.reason)], isMinor: !gate }),
    ];
  }
  return open.map(({ name, type, state, expected, seen, owner, resource, since }) =>
    cause(`DNS ${name} ${type}`, state, ready?.reason === state ? ready.message : meaningOf(state), {
      details: [
        `expected ${expected.join(', ') || 'nothing'}; the name servers say ${seen.join(', ') || 'nothing'}`,
        ...(owner === '' ? [] : [`owner id in its TXT record: ${owner}`]),
        `asked for by ${resource}, since ${since}`,
      ],
      isMinor: !gate,
    }),
  );
}

function certificateCauses({ tenant, view }: Facts): Cause[] {
  const held = conditionOf(tenant, 'CertificateReady');
  const isHeld = held?.reason === 'CertificatesHeld' && held.status !== 'True';
  const open = view.certificates.filter(({ state }) => state !== 'ready' && state !== 'hidden');
  if (isHeld)
    return [
      cause('certificates', held.reason, held.message, { details: [meaningOf(held.reason)], isMinor: true }),
    ];
  return open.map(({ name, state, message, hosts }) =>
    cause(
      `Certificate ${name} (${hosts.join(', ')})`,
      state === 'failed' ? 'CertificatesFailed' : 'CertificatesPending',
      message,
      {
        ...(state === 'missing' ? { hint: 'does cert-manager run, and does its issuer exist?' } : {}),
        isMinor: true,
      },
    ),
  );
}

/** What the probe found; while the records are not published it has found nothing. */
function answerCauses({ tenant, view }: Facts): Cause[] {
  const answer = conditionOf(tenant, 'HTTPSReady');
  if (!answer || answer.status === 'True' || answer.reason === 'ProbePending') return [];
  const isCertificateOpen = view.certificates.some(({ state }) => state !== 'ready' && state !== 'hidden');
  const hint =
    answer.reason === 'CertificateUntrusted' && isCertificateOpen
      ? 'its certificate is not issued yet: that comes first'
      : answerHints[answer.reason];
  return [
    cause('HTTPS', answer.reason, answer.message, {
      details: [meaningOf(answer.reason)],
      isMinor: true,
      ...(hint === undefined ? {} : { hint }),
    }),
  ];
}

const answerHints: Readonly<Record<string, string>> = {
  AddressNotAllowed:
    'where tenants are only to be reached from inside, start the operator with --dns-probe-private-addresses',
  CertificateUntrusted: 'a private authority is trusted by NODE_EXTRA_CA_CERTS of the operator',
  UnexpectedAnswer: 'dns.probe.path of the template says what is asked for',
};

function deletionCauses({ tenant, leftovers, view }: Facts): Cause[] {
  const ready = conditionOf(tenant, 'Ready');
  const subject = `Tenant ${tenant.metadata.name}`;
  const since = `it is being deleted since ${tenant.metadata.deletionTimestamp}`;
  const objects = leftovers.map(({ kind, namespace, name, finalizers }) =>
    cause(
      `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`,
      'Deleting',
      finalizers.length > 0
        ? `it is still there: ${finalizers.join(', ')} must be taken off by whoever set it`
        : 'it is still there',
    ),
  );
  const records = view.dns.filter(({ state }) => state !== 'RecordGone');
  const isWaitingForDns = ready?.reason === 'WaitingForDNSRemoval';
  const own = cause(subject, ready?.reason ?? 'Deleting', ready?.message ?? 'its objects go first', {
    details: [
      since,
      ...(isWaitingForDns
        ? records.map(({ name, type, state }) => `${name} ${type}: ${state}: ${meaningOf(state)}`)
        : []),
    ],
  });
  return [own, ...objects];
}
