/** Why there is no Tenant for a uid. Pure. */
import { conditionOf } from './causes.ts';
import type { Cause, RowFacts } from './index.ts';

/** Every registry of the namespace is asked; a table itself is not read. */
export function findRowCauses({ uid, namespace, registries, templates }: RowFacts): Cause[] {
  const cause = (subject: string, reason: string, message: string, details: string[] = []): Cause => ({
    subject,
    reason,
    message,
    details,
    holdsUp: [],
  });
  if (registries.length === 0)
    return [
      cause(
        `namespace ${namespace}`,
        'RegistryNotFound',
        'it has no TenantRegistry: is it another namespace? (-n)',
      ),
    ];
  return registries.flatMap((registry): Cause[] => {
    const { name } = registry.metadata;
    const subject = `TenantRegistry ${name}`;
    const rows = registry.status?.quarantinedRows?.filter((row) => row.uid === uid) ?? [];
    if (rows.length > 0)
      return rows.map(({ reason, message, since }) =>
        cause(`${subject}, row ${uid}`, reason, message, [`in quarantine since ${since}`]),
      );
    if (registry.spec.suspend) return [cause(subject, 'Suspended', 'it is suspended: its table is not read')];
    const ready = conditionOf(registry, 'Ready');
    if (!ready) return [cause(subject, 'SyncPending', 'its table was not read yet: does the operator run?')];
    if (ready.status !== 'True') return [cause(subject, ready.reason, ready.message)];
    const own = templates.filter(({ spec }) => spec.registryId === name);
    if (own.length === 0)
      return [cause(subject, 'NoTenants', 'no TenantTemplate names it: its rows make nothing')];
    const invalid = own.filter((template) => conditionOf(template, 'Valid')?.status === 'False');
    const problems = invalid.map((template) =>
      cause(
        `TenantTemplate ${template.metadata.name}`,
        conditionOf(template, 'Valid')?.reason ?? '',
        conditionOf(template, 'Valid')?.message ?? '',
      ),
    );
    if (invalid.length === own.length) return problems;
    const { uid: uidColumn, activate } = registry.spec.valueMappings;
    const last = registry.status?.lastSyncTime;
    return [
      ...problems,
      cause(subject, 'RowInactive', `no active row has "${uid}" in the column ${uidColumn}`, [
        `look at the table: the row is missing, or its column ${activate} says no`,
        ...(last === undefined ? [] : [`last change seen at ${last}`]),
      ]),
    ];
  });
}
