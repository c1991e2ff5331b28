/** A diagnosis for people. Pure. */

import { formatRelease, type Installation, keyOfInstallation } from '../external-dns/index.ts';
import { countOf } from '../output/index.ts';
import { type Facts, itemsOf } from './facts.ts';
import { type Diagnosis, type Finding, type Level, SECTIONS, type Section } from './index.ts';
import type { OrphanReport } from './orphans/index.ts';

const WORDS: Readonly<Record<Level, string>> = { problem: 'PROBLEM', advice: 'ADVICE', unknown: 'UNKNOWN' };

export function printDiagnosis(facts: Facts, { checks, counts }: Diagnosis, orphans?: OrphanReport): string {
  const lines: string[] = [];
  const installations = itemsOf(facts.installations);
  for (const installation of installations) lines.push(describe(installation));
  if (installations.length > 0) lines.push('');
  for (const [section, title] of Object.entries(SECTIONS) as [Section, string][]) {
    const own = checks.filter((check) => check.section === section);
    const findings = own.flatMap((check) => check.findings.map((finding) => ({ id: check.id, finding })));
    lines.push(
      `${title}: ${findings.length === 0 ? `${countOf(own.length, 'check')}, nothing found` : countOf(findings.length, 'finding')}`,
    );
    for (const { id, finding } of findings) lines.push(...print(id, finding));
    if (findings.length > 0) lines.push('');
  }
  if (orphans) lines.push(...printOrphans(orphans));
  const asked = facts.records.looks.length;
  const published = facts.records.looks.filter(({ verdict }) => verdict.state === 'published').length;
  lines.push(
    `${countOf(checks.length, 'check')}: ${countOf(counts.problem, 'problem')}, ${counts.advice} advised, ${counts.unknown} unknown; ${published} of ${countOf(asked, 'record')} published`,
  );
  return `${lines.join('\n')}\n`;
}

function describe(installation: Installation): string {
  const { release, provider, policy, ownerId, domainFilters, annotationPrefix } = installation;
  const parts = [
    release ? formatRelease(release) : 'of unknown release',
    provider ?? 'no provider',
    `policy ${policy ?? '(none)'}`,
    `owner "${ownerId}"`,
    `domains ${domainFilters.join(', ') || 'all'}`,
    `prefix ${annotationPrefix ?? '(unknown)'}`,
  ];
  return `ExternalDNS ${keyOfInstallation(installation)}: ${parts.join(', ')}`;
}

function print(id: string, { level, subject, finding, why, mend }: Finding): string[] {
  return [
    `  ${WORDS[level].padEnd(8)} ${subject} [${id}]`,
    `           found  ${oneLine(finding)}`,
    `           why    ${oneLine(why)}`,
    ...mend.map((line, at) => `           ${at === 0 ? 'mend ' : '     '}  ${line}`),
  ];
}

function printOrphans({ zones, orphans, unread, owners }: OrphanReport): string[] {
  const head = `Orphaned records of ${owners.map((owner) => `"${owner}"`).join(', ') || 'no owner'}`;
  return [
    `${head}: ${zones.length === 0 ? 'no zone could be listed' : `${orphans.length} in ${zones.join(', ')}`}`,
    ...unread.map((line) => `  UNKNOWN  ${line}`),
    ...orphans.flatMap(({ name, type, owner, resource, cause, values, ownership }) => [
      `  ORPHAN   ${name} ${type}${values.length > 0 ? ` ${values.join(' ')}` : ''}`,
      `           owner "${owner}", made for ${resource ?? 'no object'}, ${cause === 'gone' ? 'which is gone' : 'which does not ask for it any more'}`,
      `           TXT    ${ownership.join(', ')}`,
    ]),
    '',
  ];
}

/** What others wrote does not break the lines, nor the terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n\t]+\s*/g, ' ').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
