/** What the page knows, kept up by the stream. Readers are told of every change at most once a frame. */
import { useEffect, useState } from 'preact/hooks';
import type { Changes, RegistryView, Session, TemplateView, TenantRow } from '../../src/wire.ts';
import { ask, open, RequestFailure } from './request.ts';

export interface State {
  readonly session: Session | undefined;
  /** `token`: one is asked for, and `message` says why. */
  readonly line: 'connecting' | 'live' | 'lost' | 'token';
  readonly message: string;
  readonly tenants: ReadonlyMap<string, TenantRow>;
  readonly registries: ReadonlyMap<string, RegistryView>;
  readonly templates: ReadonlyMap<string, TemplateView>;
  /** Grows with every change of the three. */
  readonly version: number;
}

const tenants = new Map<string, TenantRow>();
const registries = new Map<string, RegistryView>();
const templates = new Map<string, TemplateView>();
const listeners = new Set<() => void>();
let state: State = {
  session: undefined,
  line: 'connecting',
  message: '',
  tenants,
  registries,
  templates,
  version: 0,
};
let frame = 0;
let attempt: AbortController | undefined;

const firstPauseMs = 500;
const longestPauseMs = 10_000;

export function useStore(): State {
  const [shown, show] = useState(state);
  useEffect(() => {
    const listener = () => show(state);
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return shown;
}

function change(next: Partial<State>): void {
  state = { ...state, ...next };
  if (frame !== 0) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    for (const listener of listeners) listener();
  });
}

/** Connects, and again after every loss, until a token is asked for. Call it once more when there is one. */
export async function follow(): Promise<void> {
  attempt?.abort();
  attempt = new AbortController();
  const { signal } = attempt;
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    try {
      change({ session: await ask<Session>('session', signal) });
      const { body } = await open('stream', { signal });
      if (body)
        for await (const changes of eventsOf(body)) {
          take(changes);
          pauseMs = firstPauseMs;
        }
    } catch (error) {
      if (signal.aborted) return;
      const failure = error instanceof RequestFailure ? error : undefined;
      const message = failure?.message ?? 'the connection was lost';
      if (failure?.status === 401 || failure?.status === 403) return change({ line: 'token', message });
      change({ message });
    }
    change({ line: 'lost' });
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Changes> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (data !== undefined) yield JSON.parse(data) as Changes;
    }
  }
}

function take(changes: Changes): void {
  merge(tenants, changes, 'tenants');
  merge(registries, changes, 'registries');
  merge(templates, changes, 'templates');
  change({ line: 'live', message: '', version: state.version + 1 });
}

function merge<K extends 'tenants' | 'registries' | 'templates'>(
  into: Map<string, Changes[K][number]>,
  changes: Changes,
  what: K,
): void {
  if (changes.isWhole) into.clear();
  for (const key of changes.gone[what]) into.delete(key);
  for (const one of changes[what]) into.set(one.key, one);
}
