/** A button that changes something: it says when it is at work and what went wrong. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Action } from '../../src/wire.ts';
import { open } from '../state/request.ts';

export interface ActProps {
  readonly action: Action;
  /** Asked before it is done; nothing is asked when left out. */
  readonly question?: string;
  readonly onDone?: () => void;
  readonly children: string;
}

export function Act({ action, question, onDone, children }: ActProps): JSX.Element {
  const [state, setState] = useState<{ isBusy: boolean; failure: string }>({ isBusy: false, failure: '' });
  const run = async () => {
    if (question !== undefined && !confirm(question)) return;
    setState({ isBusy: true, failure: '' });
    try {
      await open('actions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(action),
      });
      setState({ isBusy: false, failure: '' });
      onDone?.();
    } catch (error) {
      setState({ isBusy: false, failure: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <span class="act">
      <button type="button" disabled={state.isBusy} onClick={() => void run()}>
        {children}
      </button>
      {state.failure !== '' && (
        <span class="failure" role="alert">
          {state.failure}
        </span>
      )}
    </span>
  );
}
