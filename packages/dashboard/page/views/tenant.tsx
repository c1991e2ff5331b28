import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ItemView, TenantView } from '../../src/wire.ts';
import { Act } from '../parts/act.tsx';
import { Badge } from '../parts/badge.tsx';
import { Chain } from '../parts/chain.tsx';
import { Conditions } from '../parts/conditions.tsx';
import { Graph } from '../parts/graph.tsx';
import { Ago } from '../parts/time.tsx';
import { ask } from '../state/request.ts';
import { linkTo } from '../state/route.ts';
import type { State } from '../state/store.ts';
import { Manifest } from './manifest.tsx';

/** Objects change without a word of the Tenant: so often they are looked at while somebody looks, in milliseconds. */
const lookAgainMs = 5_000;

export function Tenant({ state, path }: { state: State; path: readonly string[] }): JSX.Element {
  const [namespace = '', name = '', part, ...rest] = path;
  const key = `${namespace}/${name}`;
  const { view, failure } = useTenant(key, state.tenants.get(key));
  if (failure !== '' || !view)
    return (
      <article class="detail">
        <h1>{name}</h1>
        <p class="empty">{failure || `Looking at ${name}…`}</p>
      </article>
    );
  const { row } = view;
  return (
    <article class="detail">
      <p class="path">
        <a href={linkTo('tenants')}>Tenants</a> / {namespace}
      </p>
      <header>
        <h1>{name}</h1>
        <Badge state={row.phase} />
        <span class="spacer" />
        <Act
          action={{ kind: 'suspend', what: 'tenant', key, is: !view.isSuspended }}
          {...(view.isSuspended
            ? {}
            : { question: `Suspend ${name}? Its objects stay as they are until it is resumed.` })}
        >
          {view.isSuspended ? 'Resume' : 'Suspend'}
        </Act>
      </header>
      {row.phase !== 'Ready' && <p class={`telling ${row.phase}`}>{row.message || row.reason}</p>}
      {view.turn !== '' && <p class="telling">{view.turn}</p>}
      {part === 'items' ? (
        <Manifest tenant={key} id={rest.join('/')} items={view.items} version={state.version} />
      ) : (
        <Overview view={view} tenant={key} />
      )}
    </article>
  );
}

function useTenant(key: string, row: unknown): { view: TenantView | undefined; failure: string } {
  const [result, setResult] = useState<{ key: string; view: TenantView | undefined; failure: string }>();
  useEffect(() => {
    const ending = new AbortController();
    const look = async () => {
      if (document.hidden) return;
      try {
        setResult({ key, view: await ask<TenantView>(`tenants/${key}`, ending.signal), failure: '' });
      } catch (error) {
        if (!ending.signal.aborted)
          setResult({
            key,
            view: undefined,
            failure: error instanceof Error ? error.message : String(error),
          });
      }
    };
    void look();
    const timer = setInterval(() => void look(), lookAgainMs);
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [key, row]);
  return result?.key === key ? result : { view: undefined, failure: '' };
}

function Overview({ view, tenant }: { view: TenantView; tenant: string }): JSX.Element {
  const { row } = view;
  return (
    <>
      <Chain links={view.chain} />
      <Part title="Objects">
        <Graph tenant={tenant} items={view.items} />
        <Items tenant={tenant} items={view.items} />
      </Part>
      <Part title="Conditions">
        <Conditions conditions={view.conditions} />
      </Part>
      {view.dns.length > 0 && (
        <Part title="DNS records">
          <Records records={view.dns} />
        </Part>
      )}
      {view.certificates.length > 0 && (
        <Part title="Certificates">
          <ul class="lines">
            {view.certificates.map(({ name, state, message, hosts }) => (
              <li key={name}>
                <Badge state={state} /> {name} <span class="quiet">{hosts.join(', ')}</span> {message}
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Part title="Row">
        <dl>
          <dt>uid</dt>
          <dd>{row.uid}</dd>
          <dt>Registry</dt>
          <dd>
            <a href={linkTo('registries')}>{row.registry}</a>
          </dd>
          <dt>Template</dt>
          <dd>
            <a href={linkTo('rollouts')}>{row.template}</a>
          </dd>
          {view.revision !== '' && (
            <>
              <dt>Revision</dt>
              <dd>{view.revision}</dd>
            </>
          )}
          {Object.entries(view.values).map(([name, value]) => (
            <>
              <dt key={name}>{name}</dt>
              <dd>
                {value}
                {view.overrides[name] !== undefined && (
                  <span class="quiet"> overridden: {view.overrides[name]}</span>
                )}
              </dd>
            </>
          ))}
        </dl>
      </Part>
      <Part title="Events">
        {view.events.length === 0 ? (
          <p class="quiet">None in the last hour, or none that you may see.</p>
        ) : (
          <ul class="lines">
            {view.events.map(({ time, type, reason, message, count }) => (
              <li key={`${time}${reason}${message}`}>
                <span class={type === 'Warning' ? 'tone-bad' : 'quiet'}>
                  <Ago time={time} />
                </span>{' '}
                <b>{reason}</b>
                {count > 1 ? ` (${count} times)` : ''}: {message}
              </li>
            ))}
          </ul>
        )}
      </Part>
    </>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Items({ tenant, items }: { tenant: string; items: readonly ItemView[] }): JSX.Element {
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Item</th>
          <th scope="col">Object</th>
          <th scope="col">State</th>
          <th scope="col">Message</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ id, kind, namespace, name, state, message }) => (
          <tr key={id}>
            <th scope="row">
              <a href={linkTo('tenants', tenant, 'items', id)}>{id}</a>
            </th>
            <td>
              {kind} {namespace === '' ? name : `${namespace}/${name}`}
            </td>
            <td>
              <Badge state={state} />
            </td>
            <td class="wide">{message}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Records({ records }: { records: TenantView['dns'] }): JSX.Element {
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">State</th>
          <th scope="col">Expected</th>
          <th scope="col">Seen</th>
          <th scope="col">Owner</th>
          <th scope="col">Since</th>
        </tr>
      </thead>
      <tbody>
        {records.map(({ name, type, state, expected, seen, owner, since, resource }) => (
          <tr key={`${name} ${type} ${resource}`}>
            <th scope="row">{name}</th>
            <td>{type}</td>
            <td>
              <Badge state={state} />
            </td>
            <td data-label="expected">{expected.join(', ')}</td>
            <td data-label="seen">{seen.join(', ') || '–'}</td>
            <td data-label="owner">{owner}</td>
            <td>
              <Ago time={since} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
