/** Records in a zone that belong to an owner id and to no living object. */
import {
  EMPTY_CLUSTER,
  expectedRecords,
  ownershipCandidates,
  parseOwnership,
} from '@tenant-operator/operator/dns';
import { settingsOf } from '../../external-dns/index.ts';
import { type Facts, itemsOf } from '../facts.ts';
import { resourceOf } from '../sources.ts';

/** All values of one name and type in a listing of a zone. */
export interface ZoneRecord {
  /** In lower case, without its final dot. */
  readonly name: string;
  readonly type: string;
  /** Texts without quotes. */
  readonly values: readonly string[];
}

export interface ZoneListing {
  /** The zone, or the file that it came from. */
  readonly zone: string;
  readonly records: readonly ZoneRecord[];
}

export interface Orphan {
  readonly name: string;
  /** TXT where only the ownership record is left. */
  readonly type: string;
  readonly values: readonly string[];
  readonly owner: string;
  readonly resource: string | undefined;
  /** `gone`: the object does not exist. `unasked`: it does, and asks for other names. */
  readonly cause: 'gone' | 'unasked';
  /** Names of the ownership TXT records, which have to go too. */
  readonly ownership: readonly string[];
}

export interface OrphanReport {
  readonly zones: readonly string[];
  readonly owners: readonly string[];
  readonly orphans: readonly Orphan[];
  /** Zones that could not be listed, and what to do. */
  readonly unread: readonly string[];
}

/** The owner ids of this cluster: of what runs, of what templates say, and of what a person adds. */
export function ownersOf(facts: Facts, more: readonly string[]): string[] {
  const running = itemsOf(facts.installations).map(({ ownerId }) => ownerId);
  const described = itemsOf(facts.templates).flatMap(({ spec }) => spec.dns?.externalDNS?.ownerId ?? []);
  return [...new Set([...running, ...described, ...more])].sort();
}

/** Pure. Needs every Ingress and Service of the cluster: what was not read counts as alive. */
export function findOrphans(
  listings: readonly ZoneListing[],
  facts: Facts,
  owners: readonly string[],
): Orphan[] {
  const { ingresses, services } = facts;
  const living = new Set([...itemsOf(ingresses), ...itemsOf(services)].map(resourceOf));
  const isKnown = (resource: string) =>
    (resource.startsWith('ingress/') && ingresses.kind === 'read') ||
    (resource.startsWith('service/') && services.kind === 'read');
  const asked = askedTxts(facts);
  // Several objects may share a name: its TXT names the one that was first.
  const askedByAny = new Set([...asked.values()].flatMap((names) => [...names]));
  return listings
    .flatMap(({ records }) => {
      const byTxt = recordsByTxt(records, facts);
      const found = new Map<string, Orphan>();
      for (const { name: txt, values, type } of records) {
        const ownership =
          type === 'TXT' ? values.map(parseOwnership).find((one) => one !== undefined) : undefined;
        const { owner, resource } = ownership ?? {};
        if (owner === undefined || !owners.includes(owner)) continue;
        if (resource !== undefined && !isKnown(resource)) continue;
        const isAlive = resource !== undefined && living.has(resource);
        if (askedByAny.has(txt) || (isAlive && !asked.has(resource))) continue;
        const cause = isAlive ? 'unasked' : 'gone';
        const owned = byTxt.get(txt) ?? [{ name: txt, type: 'TXT', values: [] }];
        for (const record of owned) {
          const key = `${record.name} ${record.type}`;
          const before = found.get(key);
          found.set(key, {
            ...record,
            owner,
            resource,
            cause,
            ownership: [...(before?.ownership ?? []), txt].sort(),
          });
        }
      }
      return [...found.values()];
    })
    .sort((left, right) => (`${left.name} ${left.type}` < `${right.name} ${right.type}` ? -1 : 1));
}

/** By TXT name, the records that it may be the ownership of. */
function recordsByTxt(records: readonly ZoneRecord[], facts: Facts): Map<string, ZoneRecord[]> {
  const byTxt = new Map<string, ZoneRecord[]>();
  const affixes = affixesOf(facts);
  for (const record of records) {
    if (record.type !== 'A' && record.type !== 'AAAA' && record.type !== 'CNAME') continue;
    const { name, type } = record;
    // An address may be an alias, whose TXT records are those of a CNAME.
    const properties = type === 'CNAME' ? [] : [{ name: 'alias', value: 'true' }];
    for (const settings of affixes) {
      for (const txt of ownershipCandidates({ name, type, properties }, settings)) {
        const known = byTxt.get(txt);
        if (!known) byTxt.set(txt, [record]);
        else if (!known.includes(record)) known.push(record);
      }
    }
  }
  return byTxt;
}

/** By object, the names of all TXT records that its records may have; objects whose records hang on pods or Nodes are left out. */
function askedTxts(facts: Facts): Map<string, Set<string>> {
  const objects = [...itemsOf(facts.ingresses), ...itemsOf(facts.services)];
  const asked = new Map<string, Set<string>>();
  for (const installation of itemsOf(facts.installations)) {
    const settings = settingsOf(installation);
    for (const object of objects) {
      const { records, silent } = expectedRecords([object], EMPTY_CLUSTER, settings);
      const resource = resourceOf(object);
      if (records.length + silent.length === 0 || silent.some(({ cause }) => cause !== 'annotation-prefix'))
        continue;
      const names = asked.get(resource) ?? new Set<string>();
      for (const record of records) {
        const alias = { ...record, properties: [{ name: 'alias', value: 'true' }] };
        for (const txt of [...ownershipCandidates(record, settings), ...ownershipCandidates(alias, settings)])
          names.add(txt);
      }
      asked.set(resource, names);
    }
  }
  return asked;
}

function affixesOf(facts: Facts) {
  const running = itemsOf(facts.installations).map((installation) => settingsOf(installation));
  const described = itemsOf(facts.templates).flatMap(({ spec }) => {
    const known = spec.dns?.externalDNS;
    return known
      ? [{ txtPrefix: known.txtPrefix ?? '', txtSuffix: known.txtSuffix ?? '', txtWildcardReplacement: '' }]
      : [];
  });
  const all = [...running, ...described];
  return all.length > 0 ? all : [{ txtPrefix: '', txtSuffix: '', txtWildcardReplacement: '' }];
}

export { readZones } from './zones.ts';
