import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Phase, TenantRow } from '../../src/wire.ts';
import { Badge } from '../parts/badge.tsx';
import { List } from '../parts/list.tsx';
import { Ago } from '../parts/time.tsx';
import { linkTo, type Route, setQuery } from '../state/route.ts';
import { type Filter, findTenants, phases } from '../state/search.ts';
import type { State } from '../state/store.ts';

export function Tenants({ state, route }: { state: State; route: Route }): JSX.Element {
  const [filter, setFilter] = useState<Filter>({
    text: route.query.get('q') ?? '',
    phase: (route.query.get('phase') ?? '') as Phase | '',
    registry: route.query.get('registry') ?? '',
    template: route.query.get('template') ?? '',
  });
  const rows = useMemo(() => findTenants(state.tenants.values(), filter), [state.version, filter]);
  useEffect(() => {
    const { text, ...rest } = filter;
    setQuery({ q: text, ...rest });
  }, [filter]);
  const narrow = (change: Partial<Filter>) => setFilter((before) => ({ ...before, ...change }));
  const counts = useMemo(() => countPhases(state.tenants.values()), [state.version]);

  return (
    <section class="fill" aria-label="Tenants">
      <div class="bar">
        <input
          id="search"
          type="search"
          placeholder="Search uid, name, host or reason ( / )"
          aria-label="Search tenants"
          value={filter.text}
          onInput={({ currentTarget }) => narrow({ text: currentTarget.value })}
        />
        <Choice
          label="Registry"
          value={filter.registry}
          options={namesOf(state.registries)}
          onChange={(registry) => narrow({ registry })}
        />
        <Choice
          label="Template"
          value={filter.template}
          options={namesOf(state.templates)}
          onChange={(template) => narrow({ template })}
        />
        <div class="chips" role="group" aria-label="State">
          {phases.map((phase) => (
            <button
              type="button"
              key={phase}
              class="chip"
              aria-pressed={filter.phase === phase}
              onClick={() => narrow({ phase: filter.phase === phase ? '' : phase })}
            >
              {phase} {counts.get(phase) ?? 0}
            </button>
          ))}
        </div>
        <span class="quiet" role="status">
          {rows.length} of {state.tenants.size}
        </span>
      </div>
      {rows.length === 0 ? (
        <p class="empty">
          {state.tenants.size === 0 ? 'There are no tenants yet.' : 'No tenant fits this search.'}
        </p>
      ) : (
        <List<TenantRow>
          rows={rows}
          label="Tenants"
          columns={['Tenant', 'State', 'Host', 'Resources', 'DNS', 'Message', 'Since']}
          keyOf={({ key }) => key}
          cells={Cells}
          open={({ key }) => {
            location.hash = linkTo('tenants', key);
          }}
        />
      )}
    </section>
  );
}

function Cells(row: TenantRow): JSX.Element {
  const [namespace, name] = row.key.split('/');
  return (
    <>
      <span role="gridcell" class="name" title={row.key}>
        {name} <span class="quiet">{namespace}</span>
      </span>
      <span role="gridcell">
        <Badge state={row.phase} />
      </span>
      <span role="gridcell" title={row.host}>
        {row.host}
      </span>
      <span role="gridcell">
        {row.ready}/{row.desired}
      </span>
      <span role="gridcell">{row.records > 0 ? `${row.published}/${row.records}` : ''}</span>
      <span role="gridcell" title={row.message}>
        {row.phase === 'Ready' ? '' : row.message || row.reason}
      </span>
      <span role="gridcell">
        <Ago time={row.since} />
      </span>
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  onChange(value: string): void;
}

function Choice({ label, value, options, onChange }: ChoiceProps): JSX.Element | null {
  if (options.length < 2 && value === '') return null;
  return (
    <select aria-label={label} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      <option value="">{`${label}: all`}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}

function namesOf(objects: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...objects.keys()].map((key) => key.slice(key.indexOf('/') + 1)))].sort();
}

function countPhases(tenants: Iterable<TenantRow>): Map<Phase, number> {
  const counts = new Map<Phase, number>();
  for (const { phase } of tenants) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  return counts;
}
