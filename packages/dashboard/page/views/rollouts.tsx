import type { JSX } from 'preact';
import type { TemplateView } from '../../src/wire.ts';
import { Act } from '../parts/act.tsx';
import { Badge } from '../parts/badge.tsx';
import { Conditions } from '../parts/conditions.tsx';
import { Ago } from '../parts/time.tsx';
import type { State } from '../state/store.ts';

export function Rollouts({ state }: { state: State }): JSX.Element {
  const templates = [...state.templates.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  if (templates.length === 0) return <p class="empty">There are no templates yet.</p>;
  return (
    <div class="detail">
      {templates.map((template) => (
        <Template key={template.key} template={template} />
      ))}
    </div>
  );
}

function Template({ template }: { template: TemplateView }): JSX.Element {
  const { key, rollout } = template;
  return (
    <article class="card">
      <header>
        <h2>{key}</h2>
        <span class="quiet">
          registry {template.registry}, revision {template.revision || 'none yet'}
        </span>
        <span class="spacer" />
        <Act
          action={{ kind: 'suspend', what: 'template', key, is: !template.isSuspended }}
          {...(template.isSuspended
            ? {}
            : { question: `Suspend ${key}? Its tenants stay as they are until it is resumed.` })}
        >
          {template.isSuspended ? 'Resume' : 'Suspend'}
        </Act>
      </header>
      <p>
        {template.ready} of {template.tenants} tenants ready
      </p>
      {rollout && rollout.total === 0 && (
        <p>
          <Badge state={rollout.phase} /> <span class="quiet">no rollout under way</span>
        </p>
      )}
      {rollout && rollout.total > 0 && (
        <div class="rollout">
          <p>
            <Badge state={rollout.phase} /> {rollout.updated} of {rollout.total} updated, {rollout.ready} of
            them ready
            {rollout.updating > 0 ? `, ${rollout.updating} under way` : ''}{' '}
            {rollout.since !== '' && (
              <span class="quiet">
                since <Ago time={rollout.since} />
              </span>
            )}
          </p>
          <progress max={Math.max(1, rollout.total)} value={rollout.ready} aria-label={`Rollout of ${key}`} />
          {rollout.message !== '' && (
            <p class={rollout.phase === 'Failed' ? 'telling Degraded' : 'quiet'}>{rollout.message}</p>
          )}
        </div>
      )}
      <Conditions conditions={template.conditions} />
    </article>
  );
}
