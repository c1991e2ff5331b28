/** Where one is, in the address after `#`, so that pages can be bookmarked and the back button works. */
import { useEffect, useState } from 'preact/hooks';

export interface Route {
  /** First part: which view. */
  readonly view: string;
  /** What follows, decoded: an object's `namespace/name`, and an item's id. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const listener = () => setRoute(readRoute());
    addEventListener('hashchange', listener);
    return () => removeEventListener('hashchange', listener);
  }, []);
  return route;
}

function readRoute(): Route {
  const [path = '', query = ''] = location.hash.slice(1).split('?');
  const [view = '', ...rest] = path.split('/').filter(Boolean).map(decodeURIComponent);
  return { view: view === '' ? 'tenants' : view, rest, query: new URLSearchParams(query) };
}

export function linkTo(view: string, ...rest: readonly string[]): string {
  return `#/${[view, ...rest.flatMap((part) => part.split('/'))].map(encodeURIComponent).join('/')}`;
}

/** Puts the filters into the address without a new step in the history. */
export function setQuery(query: Readonly<Record<string, string>>): void {
  const [path] = location.hash.split('?');
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  history.replaceState(null, '', `${path || '#/tenants'}${text === '' ? '' : `?${text}`}`);
}
