import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { DemoRow } from '../../src/wire.ts';
import { Act } from '../parts/act.tsx';
import { ask } from '../state/request.ts';

/** The demo's table. */
export function Rows({ version }: { version: number }): JSX.Element {
  const [rows, setRows] = useState<readonly DemoRow[]>([]);
  const [failure, setFailure] = useState('');
  const look = () => {
    ask<DemoRow[]>('rows').then(
      (found) => {
        setRows(found);
        setFailure('');
      },
      (error: unknown) => setFailure(error instanceof Error ? error.message : String(error)),
    );
  };
  useEffect(look, [version]);
  return (
    <div class="detail">
      {failure !== '' && <p class="failure">{failure}</p>}
      <table class="plain">
        <caption>
          The demo's table: switch a row off, and everything of its tenant goes, DNS record included
        </caption>
        <thead>
          <tr>
            <th scope="col">uid</th>
            <th scope="col">Host</th>
            <th scope="col">Active</th>
            <th scope="col">
              <span class="unseen">Switch</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ uid, host, isActive }) => (
            <tr key={uid}>
              <th scope="row">{uid}</th>
              <td>{host}</td>
              <td class={isActive ? 'tone-good' : 'quiet'}>{isActive ? 'yes' : 'no'}</td>
              <td>
                <Act action={{ kind: 'row', uid, isActive: !isActive }} onDone={look}>
                  {isActive ? 'Switch off' : 'Switch on'}
                </Act>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
