import type { JSX } from 'preact';
import type { ConditionView } from '../../src/wire.ts';
import { Ago } from './time.tsx';

/** Conditions that are good when they are False. */
const unwanted = new Set(['Degraded', 'Conflicted', 'DeletionHeld', 'Progressing']);

export function Conditions({ conditions }: { conditions: readonly ConditionView[] }): JSX.Element {
  if (conditions.length === 0) return <p class="quiet">Nothing was reported yet.</p>;
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Condition</th>
          <th scope="col">Status</th>
          <th scope="col">Reason</th>
          <th scope="col">Message</th>
          <th scope="col">Since</th>
        </tr>
      </thead>
      <tbody>
        {conditions.map(({ type, status, reason, message, since }) => (
          <tr key={type}>
            <th scope="row">{type}</th>
            <td class={toneOf(type, status)}>{status}</td>
            <td>{reason}</td>
            <td class="wide">{message}</td>
            <td>
              <Ago time={since} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function toneOf(type: string, status: string): string {
  if (status === 'Unknown') return 'tone-calm';
  const isGood = (status === 'True') !== unwanted.has(type);
  if (isGood) return 'tone-good';
  return type === 'Progressing' ? 'tone-busy' : 'tone-bad';
}
