import { type JSX, render } from 'preact';
import { useEffect } from 'preact/hooks';
import { findProblems } from './state/problems.ts';
import { hasToken, setToken } from './state/request.ts';
import { linkTo, useRoute } from './state/route.ts';
import { follow, useStore } from './state/store.ts';
import { Problems } from './views/problems.tsx';
import { Registries } from './views/registries.tsx';
import { Rollouts } from './views/rollouts.tsx';
import { Rows } from './views/rows.tsx';
import { SignIn } from './views/sign-in.tsx';
import { Tenant } from './views/tenant.tsx';
import { Tenants } from './views/tenants.tsx';

const lines = {
  connecting: 'connecting…',
  live: 'live',
  lost: 'connection lost, trying again',
  token: '',
} as const;

function App(): JSX.Element {
  const state = useStore();
  const route = useRoute();
  const views = [
    'problems',
    'tenants',
    'registries',
    'rollouts',
    ...(state.session?.hasRows ? ['rows'] : []),
  ];
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event, views);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, [views.length]);
  if (state.line === 'token') return <SignIn message={state.message} />;
  const problems = findProblems(state).length;
  return (
    <>
      <header class="top">
        <strong>Tenant Operator</strong>
        <nav aria-label="Views">
          {views.map((view, index) => (
            <a
              key={view}
              href={linkTo(view)}
              aria-current={route.view === view ? 'page' : undefined}
              title={`Key ${index + 1}`}
            >
              {view[0]?.toUpperCase()}
              {view.slice(1)}
              {view === 'problems' && problems > 0 && <span class="count">{problems}</span>}
            </a>
          ))}
        </nav>
        <span class="spacer" />
        <span class={`line-state ${state.line}`} role="status">
          {lines[state.line]}
        </span>
        {state.session && state.session.user !== '' && <span class="quiet">{state.session.user}</span>}
        {hasToken() && (
          <button
            type="button"
            onClick={() => {
              setToken('');
              location.reload();
            }}
          >
            Leave
          </button>
        )}
      </header>
      <main class="view">
        {route.rest.length < 2 && <h1 class="unseen">{route.view}</h1>}
        {view()}
      </main>
    </>
  );

  // Called, not made a component: one that is defined anew in each render would lose its state with every message.
  function view(): JSX.Element {
    if (state.version === 0) return <p class="empty">{state.message || 'Looking…'}</p>;
    if (route.view === 'problems') return <Problems state={state} />;
    if (route.view === 'registries') return <Registries state={state} />;
    if (route.view === 'rollouts') return <Rollouts state={state} />;
    if (route.view === 'rows') return <Rows version={state.version} />;
    if (route.view === 'tenants' && route.rest.length >= 2) return <Tenant state={state} path={route.rest} />;
    return <Tenants state={state} route={route} />;
  }
}

/** `/` searches, digits choose a view, Escape goes up. */
function onKey(event: KeyboardEvent, views: readonly string[]): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target as HTMLElement;
  const isTyping = target.matches('input, select, textarea');
  if (event.key === 'Escape') {
    if (isTyping) target.blur();
    else if (/^#\/tenants\/./.test(location.hash))
      location.hash = location.hash.replace(/\/items\/.*|\/[^/]+\/[^/]+$/, '');
    return;
  }
  if (isTyping) return;
  const view = views[Number(event.key) - 1];
  if (view !== undefined) location.hash = linkTo(view);
  if (event.key === '/') {
    const search = document.getElementById('search');
    if (!search) location.hash = linkTo('tenants');
    requestAnimationFrame(() => document.getElementById('search')?.focus());
    event.preventDefault();
  }
}

const root = document.getElementById('app');
if (root) render(<App />, root);
void follow();
