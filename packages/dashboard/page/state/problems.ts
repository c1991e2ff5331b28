/** What somebody should look at, the widest effect first. Pure. */
import type { RegistryView, TemplateView, TenantRow } from '../../src/wire.ts';

export interface Problem {
  readonly key: string;
  readonly view: 'registries' | 'rollouts' | 'tenants';
  readonly title: string;
  readonly message: string;
  readonly since: string;
}

interface Known {
  readonly tenants: ReadonlyMap<string, TenantRow>;
  readonly registries: ReadonlyMap<string, RegistryView>;
  readonly templates: ReadonlyMap<string, TemplateView>;
}

/** At most so many tenants are named; the list of tenants has the rest. */
const maxTenants = 200;

export function findProblems({ tenants, registries, templates }: Known): Problem[] {
  return [
    ...[...registries.values()].flatMap(ofRegistry),
    ...[...templates.values()].flatMap(ofTemplate),
    ...[...tenants.values()]
      .filter(({ phase }) => phase === 'Degraded')
      .slice(0, maxTenants)
      .map(({ key, reason, message, since }) => ({
        key,
        view: 'tenants' as const,
        title: reason,
        message,
        since,
      })),
  ];
}

function ofRegistry({ key, held, quarantined, leftovers, conditions, isSuspended }: RegistryView): Problem[] {
  const view = 'registries';
  const ready = conditions.find(({ type }) => type === 'Ready');
  const problems: Problem[] = [];
  if (ready && ready.status === 'False' && !isSuspended)
    problems.push({ key, view, title: ready.reason, message: ready.message, since: ready.since });
  if (held)
    problems.push({
      key,
      view,
      title: 'DeletionHeld',
      message: `${held.count} deletions wait for an approval`,
      since: held.since,
    });
  if (quarantined > 0) {
    const degraded = conditions.find(({ type }) => type === 'Degraded');
    problems.push({
      key,
      view,
      title: 'Quarantined',
      message: `${quarantined} ${quarantined === 1 ? 'row' : 'rows'} cannot be used`,
      since: degraded?.since ?? '',
    });
  }
  for (const { name, type, tenant, reason, since } of leftovers)
    problems.push({ key, view, title: reason, message: `${type} ${name} outlived tenant ${tenant}`, since });
  return problems;
}

function ofTemplate({ key, conditions, rollout, isSuspended }: TemplateView): Problem[] {
  const view = 'rollouts';
  const problems: Problem[] = [];
  const valid = conditions.find(({ type }) => type === 'Valid');
  if (valid && valid.status !== 'True')
    problems.push({ key, view, title: valid.reason, message: valid.message, since: valid.since });
  if (rollout?.phase === 'Failed' && !isSuspended)
    problems.push({
      key,
      view,
      title: 'RolloutFailed',
      message: rollout.message,
      since: rollout.until || rollout.since,
    });
  return problems;
}
