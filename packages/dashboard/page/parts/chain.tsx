import type { JSX } from 'preact';
import type { ChainLink } from '../../src/wire.ts';
import { Badge } from './badge.tsx';

const titles: Readonly<Record<ChainLink['name'], string>> = {
  row: 'Row',
  tenant: 'Tenant',
  objects: 'Objects',
  records: 'DNS records',
  certificates: 'Certificates',
  answer: 'HTTPS answer',
};

/** The way from the row to the answer, in one line where there is room. */
export function Chain({ links }: { links: readonly ChainLink[] }): JSX.Element {
  return (
    <ol class="chain" aria-label="From the row to the answer">
      {links.map(({ name, state, text }) => (
        <li key={name}>
          <span class="quiet">{titles[name]}</span>
          <Badge state={state}>{state === 'absent' ? 'none' : state}</Badge>
          <span class="telltale">{text}</span>
        </li>
      ))}
    </ol>
  );
}
