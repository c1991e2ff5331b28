import type { JSX } from 'preact';
import { Badge } from '../parts/badge.tsx';
import { Ago } from '../parts/time.tsx';
import { findProblems } from '../state/problems.ts';
import { linkTo } from '../state/route.ts';
import type { State } from '../state/store.ts';

export function Problems({ state }: { state: State }): JSX.Element {
  const problems = findProblems(state);
  if (problems.length === 0)
    return (
      <p class="empty">
        <Badge state="Ready">No problems</Badge>
      </p>
    );
  return (
    <div class="detail">
      <ul class="problems">
        {problems.map(({ key, view, title, message, since }) => (
          <li key={`${view} ${key} ${title}`}>
            <a href={view === 'tenants' ? linkTo(view, key) : linkTo(view)}>
              <b>{key}</b> <span class="tone-bad">{title}</span>
              <span class="wide">{message}</span>
              <span class="quiet">
                <Ago time={since} />
              </span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
