import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ItemView, ManifestView } from '../../src/wire.ts';
import { ask } from '../state/request.ts';
import { linkTo } from '../state/route.ts';

interface ManifestProps {
  readonly tenant: string;
  readonly id: string;
  readonly items: readonly ItemView[];
  readonly version: number;
}

const tabs = { diff: 'Difference', rendered: 'Rendered', live: 'Live' } as const;
type Tab = keyof typeof tabs;

/** One item: what the template says, what the object is, and the difference. */
export function Manifest({ tenant, id, items, version }: ManifestProps): JSX.Element {
  const [view, setView] = useState<ManifestView>();
  const [failure, setFailure] = useState('');
  const [tab, setTab] = useState<Tab>('diff');
  useEffect(() => {
    const ending = new AbortController();
    ask<ManifestView>(`tenants/${tenant}/items/${encodeURIComponent(id)}`, ending.signal).then(
      (found) => {
        setView(found);
        setFailure('');
      },
      (error: unknown) => {
        if (!ending.signal.aborted) setFailure(error instanceof Error ? error.message : String(error));
      },
    );
    return () => ending.abort();
  }, [tenant, id, version]);

  return (
    <section>
      <p class="path">
        <a href={linkTo('tenants', tenant)}>All objects</a> /{' '}
        <select
          aria-label="Item"
          value={id}
          onChange={({ currentTarget }) => {
            location.hash = linkTo('tenants', tenant, 'items', currentTarget.value);
          }}
        >
          {items.map((item) => (
            <option key={item.id} value={item.id}>
              {`${item.id} (${item.kind})`}
            </option>
          ))}
        </select>
      </p>
      {failure !== '' && <p class="failure">{failure}</p>}
      {view?.id === id && (
        <>
          {view.problem !== '' && <p class="telling Degraded">{view.problem}</p>}
          <div class="chips" role="group" aria-label="What is shown">
            {(Object.keys(tabs) as Tab[]).map((name) => (
              <button
                type="button"
                key={name}
                class="chip"
                aria-pressed={tab === name}
                onClick={() => setTab(name)}
              >
                {tabs[name]}
              </button>
            ))}
          </div>
          {tab === 'diff' ? <Diff view={view} /> : <Code text={view[tab]} />}
        </>
      )}
    </section>
  );
}

function Diff({ view }: { view: ManifestView }): JSX.Element {
  if (view.diff.length === 0) return <p class="quiet">There is nothing to compare.</p>;
  if (view.diff.every(({ kind }) => kind === 'same'))
    return (
      <>
        <p class="quiet">The object is as the template says.</p>
        <Code text={view.rendered} />
      </>
    );
  const signs = { same: ' ', live: '-', rendered: '+' } as const;
  return (
    <>
      <p class="quiet">− as it is, + as the template says</p>
      <pre tabIndex={0}>
        {view.diff.map(({ kind, text }, index) => (
          <span key={index} class={`line ${kind}`}>{`${signs[kind]} ${text}\n`}</span>
        ))}
      </pre>
    </>
  );
}

function Code({ text }: { text: string }): JSX.Element {
  return text === '' ? <p class="quiet">There is nothing to show.</p> : <pre tabIndex={0}>{text}</pre>;
}
