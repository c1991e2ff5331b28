/** Makes findings. Pure. */

import { type Installation, keyOfInstallation } from '../../external-dns/index.ts';
import type { Facts, Reading } from '../facts.ts';
import type { Finding, Level } from '../index.ts';

type Make = (subject: string, finding: string, why: string, mend?: readonly string[]) => Finding;

const make =
  (level: Level): Make =>
  (subject, finding, why, mend = []) => ({ level, subject, finding, why, mend });

export const problem = make('problem');
export const advice = make('advice');
export const unknown = make('unknown');

/** One finding that says what could not be read; nothing where it could. */
export function unreadable(what: string, reading: Reading<unknown>): Finding[] {
  if (reading.kind !== 'unread') return [];
  return [
    unknown(what, `could not be read: ${reading.detail}`, 'nothing can be said of what hangs on it', [
      `kubectl auth can-i list ${what.toLowerCase().replaceAll(' ', '')} --all-namespaces`,
    ]),
  ];
}

export function deploymentOf({ namespace, name }: Installation): string {
  return `Deployment ${namespace}/${name}`;
}

/** Looks at every ExternalDNS. */
export function eachInstallation(
  facts: Facts,
  look: (installation: Installation) => readonly Finding[],
): Finding[] {
  return facts.installations.kind === 'read' ? facts.installations.value.flatMap(look) : [];
}

export function runningOf(facts: Facts, installation: Installation) {
  return facts.running.get(keyOfInstallation(installation));
}
