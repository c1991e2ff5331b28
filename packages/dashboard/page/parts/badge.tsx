import type { JSX } from 'preact';

const looks: Readonly<Record<string, readonly [tone: string, sign: string]>> = {
  Ready: ['good', '✓'],
  Published: ['good', '✓'],
  Complete: ['good', '✓'],
  ready: ['good', '✓'],
  True: ['good', '✓'],
  Progressing: ['busy', '…'],
  InProgress: ['busy', '…'],
  waiting: ['busy', '…'],
  Deleting: ['busy', '−'],
  Degraded: ['bad', '!'],
  Failed: ['bad', '!'],
  failed: ['bad', '!'],
  missing: ['bad', '!'],
};

/** A state as a word with a colour and a sign, so that it can be told without the colour. */
export function Badge({ state, children }: { state: string; children?: string }): JSX.Element {
  const [tone, sign] = looks[state] ?? ['calm', '·'];
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{sign}</span> {children ?? state}
    </span>
  );
}
