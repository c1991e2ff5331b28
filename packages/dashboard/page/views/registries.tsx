import type { JSX } from 'preact';
import type { RegistryView } from '../../src/wire.ts';
import { Act } from '../parts/act.tsx';
import { Conditions } from '../parts/conditions.tsx';
import { Ago } from '../parts/time.tsx';
import type { State } from '../state/store.ts';

export function Registries({ state }: { state: State }): JSX.Element {
  const registries = [...state.registries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  if (registries.length === 0) return <p class="empty">There are no registries yet.</p>;
  return (
    <div class="detail">
      {registries.map((registry) => (
        <Registry key={registry.key} registry={registry} />
      ))}
    </div>
  );
}

function Registry({ registry }: { registry: RegistryView }): JSX.Element {
  const { key, held } = registry;
  return (
    <article class="card">
      <header>
        <h2>{key}</h2>
        <span class="quiet">{registry.source}</span>
        <span class="spacer" />
        <Act
          action={{ kind: 'suspend', what: 'registry', key, is: !registry.isSuspended }}
          {...(registry.isSuspended
            ? {}
            : { question: `Suspend ${key}? Its table is not read until it is resumed.` })}
        >
          {registry.isSuspended ? 'Resume' : 'Suspend'}
        </Act>
      </header>
      <dl class="figures">
        <Figure name="Desired" value={registry.desired} />
        <Figure name="Ready" value={registry.ready} />
        <Figure name="Failed" value={registry.failed} isBad />
        <Figure name="Quarantined" value={registry.quarantined} isBad />
        {registry.records > 0 && (
          <Figure name="DNS published" value={`${registry.published}/${registry.records}`} />
        )}
        {registry.lastSync !== '' && (
          <Figure name="Last change seen" value={<Ago time={registry.lastSync} />} />
        )}
      </dl>
      {held && (
        <section class="telling Degraded">
          <h3>{held.count} deletions are held</h3>
          <p>
            Since <Ago time={held.since} />. Nothing is deleted until this list is approved, once:
          </p>
          <p class="names">{held.tenants.join(', ')}</p>
          <Act
            action={{ kind: 'approve', what: 'registry', key, digest: held.digest }}
            question={`Delete these ${held.count} tenants with everything that belongs to them?`}
          >
            {`Approve ${held.count} deletions`}
          </Act>
        </section>
      )}
      {registry.quarantinedRows.length > 0 && (
        <table class="plain">
          <caption>Rows that cannot be used</caption>
          <thead>
            <tr>
              <th scope="col">uid</th>
              <th scope="col">Reason</th>
              <th scope="col">Message</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {registry.quarantinedRows.map(({ uid, reason, message, since }) => (
              <tr key={`${uid} ${reason}`}>
                <th scope="row">{uid === '' ? '(NULL)' : uid}</th>
                <td>{reason}</td>
                <td class="wide">{message}</td>
                <td>
                  <Ago time={since} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {registry.leftovers.length > 0 && (
        <table class="plain">
          <caption>DNS records that outlived their tenant</caption>
          <thead>
            <tr>
              <th scope="col">Record</th>
              <th scope="col">Tenant</th>
              <th scope="col">Reason</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {registry.leftovers.map(({ name, type, tenant, reason, since }) => (
              <tr key={`${name} ${type}`}>
                <th scope="row">
                  {name} {type}
                </th>
                <td>{tenant}</td>
                <td>{reason}</td>
                <td>
                  <Ago time={since} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Conditions conditions={registry.conditions} />
    </article>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: number | string | JSX.Element;
  readonly isBad?: boolean;
}

function Figure({ name, value, isBad }: FigureProps): JSX.Element {
  return (
    <div class={isBad && value !== 0 ? 'figure tone-bad' : 'figure'}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
