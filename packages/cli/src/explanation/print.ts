/** An explanation as people read it: first why, then everything on the way. Pure. */
import { type Column, countOf, formatTable } from '../output/index.ts';
import { conditionOf, findCauses } from './causes.ts';
import type { Cause, Facts, RowFacts } from './index.ts';
import { findRowCauses } from './row.ts';

export function describeExplanation(facts: Facts): string {
  const causes = findCauses(facts);
  const major = causes.filter(({ isMinor }) => !isMinor);
  const minor = causes.filter(({ isMinor }) => isMinor);
  return [
    headline(facts, major.length > 0),
    causes.length === 0 ? 'Nothing waits and nothing is wrong.\n' : '',
    section('WHY', describeCauses(major)),
    section(major.length > 0 ? 'ALSO' : 'NOT AS IT SHOULD BE', describeCauses(minor)),
    section('CHAIN', indent(formatTable(chainColumns, facts.view.chain))),
    section('ROW', describeRowOf(facts)),
    section('VALUES', describeValues(facts)),
    section('TEMPLATE', describeTemplate(facts)),
    section('ITEMS', indent(formatTable(itemColumns, itemRows(facts, causes)))),
    section('DNS', indent(formatTable(dnsColumns, facts.view.dns))),
    section('CERTIFICATES', indent(formatTable(certificateColumns, facts.view.certificates))),
    section('EVENTS', indent(formatTable(eventColumns(facts.now), facts.view.events.slice(0, 8)))),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

export function describeRow(facts: RowFacts): string {
  const title = `There is no Tenant "${facts.uid}", and none for a row of that uid, in namespace "${facts.namespace}".\n`;
  return [title, section('WHY', describeCauses(findRowCauses(facts)))].join('\n');
}

function headline({ tenant, view, now }: Facts, isExplained: boolean): string {
  const { namespace = '', name, deletionTimestamp } = tenant.metadata;
  const { phase, reason, message, since, ready, desired } = view.row;
  const age = ago(since, now);
  const state =
    deletionTimestamp === undefined
      ? `${phase}${age === '' ? '' : ` for ${age}`}, ${ready} of ${countOf(desired, 'object')} ready`
      : `being deleted for ${ago(deletionTimestamp, now)}`;
  // The causes below say it in more words.
  const said = phase === 'Ready' || reason === '' || isExplained ? '' : `\n  ${reason}: ${message}`;
  return `Tenant ${namespace}/${name}: ${state}${said}\n`;
}

function section(title: string, text: string): string {
  return text === '' ? '' : `${title}\n${text}`;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

function describeCauses(causes: readonly Cause[]): string {
  return causes
    .map(({ subject, reason, message, details, hint, holdsUp }, index) => {
      const number = `  ${index + 1}. `;
      const lines = [
        ...details,
        ...(holdsUp.length > 0 ? [`holds up ${holdsUp.join(', ')}`] : []),
        ...(hint === undefined ? [] : [`-> ${hint}`]),
      ];
      const said = message === '' ? '' : `: ${message}`;
      return `${number}${subject}: ${reason}${said}\n${lines.map((line) => `     ${line}\n`).join('')}`;
    })
    .join('');
}

function describeRowOf({ tenant, registry, now }: Facts): string {
  const { uid, registryId } = tenant.spec;
  const ready = conditionOf(registry, 'Ready');
  const source = registry?.spec.source.mysql ?? registry?.spec.source.postgresql;
  const table = source ? `, table ${source.database}.${source.table} at ${source.host}` : '';
  const last = registry?.status?.lastSyncTime;
  const synced = last === undefined ? '' : `, last change seen ${ago(last, now)} ago`;
  const state = ready
    ? `${ready.status === 'True' ? '' : 'not '}read (${ready.reason})${synced}`
    : 'not read yet';
  return `  uid ${uid} of TenantRegistry ${registryId}${registry ? `${table}\n  ${state}` : ', which does not exist'}\n`;
}

function describeValues({ tenant, registry }: Facts): string {
  const { values, overrides } = tenant.spec;
  const merged = { ...values, ...overrides?.values };
  const rows = Object.entries(merged)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({
      name,
      value: JSON.stringify(value),
      note:
        overrides?.values[name] === undefined
          ? ''
          : `  (an override; the row says ${JSON.stringify(values[name] ?? '')})`,
    }));
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  const secrets = Object.keys(registry?.spec.secretValueMappings ?? {});
  const lines = rows.map(({ name, value, note }) => `  ${name.padEnd(width)}  ${value}${note}\n`).join('');
  return secrets.length === 0 ? lines : `${lines}  secret, in Secrets alone: ${secrets.join(', ')}\n`;
}

function describeTemplate({ tenant, template }: Facts): string {
  const { templateRef } = tenant.spec;
  if (!template) return `  ${templateRef}, which does not exist\n`;
  const own = tenant.status?.templateRevision;
  const newest = template.status?.currentRevision;
  const age =
    own === undefined || newest === undefined
      ? ''
      : own === newest
        ? ', the newest'
        : `; the newest is ${newest}`;
  return `  ${templateRef}, revision ${own ?? 'none yet'}${age}\n`;
}

type Item = Facts['view']['items'][number];

/** What the causes know better than the object: somebody else's is in the way, or it waits for another item. */
function itemRows({ view }: Facts, causes: readonly Cause[]): Item[] {
  return view.items.map((item) => {
    const own = causes.find(({ subject }) => subject.endsWith(`(item ${item.id})`));
    if (own?.reason === 'Conflict') return { ...item, state: 'failed', message: 'somebody else has it' };
    if (item.state !== 'missing' && item.waitsFor === undefined) return item;
    if (own) return { ...item, message: own.message };
    const waiting = causes.find(({ holdsUp }) => holdsUp.includes(item.id));
    const on = /\(item (.*)\)$/.exec(waiting?.subject ?? '')?.[1];
    return on === undefined ? item : { ...item, message: `waits for ${on}` };
  });
}

const itemColumns: readonly Column<Item>[] = [
  { title: 'ID', cell: ({ id }) => id },
  { title: 'OBJECT', cell: ({ kind, name }) => `${kind} ${name}`.trim() },
  { title: 'NAMESPACE', cell: ({ namespace }) => namespace },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'AFTER', cell: ({ dependIds }) => dependIds.join(', ') },
  { title: 'MESSAGE', cell: ({ message }) => cut(message, 70) },
];

const chainColumns: readonly Column<Facts['view']['chain'][number]>[] = [
  { title: 'LINK', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state }) => (state === 'absent' ? '-' : state) },
  { title: 'MESSAGE', cell: ({ text }) => cut(text, 100) },
];

const dnsColumns: readonly Column<Facts['view']['dns'][number]>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'TYPE', cell: ({ type }) => type },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'EXPECTED', cell: ({ expected }) => expected.join(', ') },
  { title: 'SEEN', cell: ({ seen }) => seen.join(', ') },
  { title: 'OWNER', cell: ({ owner }) => owner },
];

const certificateColumns: readonly Column<Facts['view']['certificates'][number]>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'HOSTS', cell: ({ hosts }) => hosts.join(', ') },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'MESSAGE', cell: ({ message }) => cut(message, 90) },
];

const eventColumns = (now: number): readonly Column<Facts['view']['events'][number]>[] => [
  { title: 'AGE', cell: ({ time }) => ago(time, now) },
  { title: 'TYPE', cell: ({ type }) => type },
  { title: 'REASON', cell: ({ reason }) => reason },
  {
    title: 'MESSAGE',
    cell: ({ message, count }) => `${cut(message, 100)}${count > 1 ? ` (${count} times)` : ''}`,
  },
];

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}

/** `3m`, as kubectl writes ages; empty for no time. */
export function ago(time: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1_000));
  if (Number.isNaN(seconds)) return '';
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
