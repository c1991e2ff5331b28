/** Ownership TXT records of ExternalDNS's TXT registry: their names and their text (registry/txt.go, endpoint/labels.go, v0.14.0). */
import type { Endpoint } from '../expected/index.ts';
import { hasLongLabel } from '../name/index.ts';
import type { ExternalDnsSettings } from '../settings/index.ts';

const TYPE_PLACE = '%{record_type}';
const HERITAGE = 'external-dns';

/** What an ownership TXT says. */
export interface Ownership {
  owner: string | undefined;
  /** `ingress/<namespace>/<name>` or `service/<namespace>/<name>`: the object that the record was made for. */
  resource: string | undefined;
}

type Affixes = Pick<ExternalDnsSettings, 'txtPrefix' | 'txtSuffix' | 'txtWildcardReplacement'>;
type Owned = Pick<Endpoint, 'name' | 'type' | 'properties'>;

/** The name with its first label dressed: `prefix + label + suffix`; `*` may have a stand-in. */
function dress(name: string, prefix: string, suffix: string, settings: Affixes): string {
  const dot = name.indexOf('.');
  const first = dot < 0 ? name : name.slice(0, dot);
  const rest = dot < 0 ? '' : name.slice(dot);
  const replacement = settings.txtWildcardReplacement.toLowerCase();
  return `${prefix}${first === '*' && replacement !== '' ? replacement : first}${suffix}${rest}`;
}

/** The name without a record type in it, which v0.11 and older wrote and v0.14.0 still writes besides. */
function oldName(name: string, settings: Affixes): string {
  const plain = (affix: string) => affix.toLowerCase().replaceAll(TYPE_PLACE, '');
  return dress(name, plain(settings.txtPrefix), plain(settings.txtSuffix), settings);
}

/** The name with the record type: where the affix asks for it, else before the first label (`cname-app.example.com`). */
function newName(name: string, type: string, settings: Affixes): string {
  const typed = (affix: string) => affix.toLowerCase().replaceAll(TYPE_PLACE, type.toLowerCase());
  const isInAffix = hasTypeInAffix(settings);
  const marker = isInAffix ? '' : `${type.toLowerCase()}-`;
  return dress(name, typed(settings.txtPrefix) + marker, typed(settings.txtSuffix), settings);
}

function hasTypeInAffix(settings: Affixes): boolean {
  return [settings.txtPrefix, settings.txtSuffix].some((affix) => affix.toLowerCase().includes(TYPE_PLACE));
}

function isAlias({ properties }: Owned): boolean {
  return properties.some(({ name, value }) => name === 'alias' && value === 'true');
}

// ExternalDNS writes no TXT whose name DNS would refuse; the record itself it does write.
function isWritable(name: string): boolean {
  return !hasLongLabel(name);
}

/**
 * The names of the TXT records that v0.14.0 writes for a record: the old format first, then the new one. AAAA records have
 * only the new format, and so has every record where the affix holds `%{record_type}`; Route 53 aliases count as `cname`.
 * Names with a label above 63 characters are not written at all, so the list may be empty.
 */
export function ownershipNames(record: Owned, settings: Affixes): string[] {
  const type = record.type === 'A' && isAlias(record) ? 'CNAME' : record.type;
  const names = [newName(record.name, type, settings)];
  if (record.type !== 'AAAA' && !hasTypeInAffix(settings)) names.unshift(oldName(record.name, settings));
  return names.filter(isWritable).map((name) => name.replace(/\.$/, ''));
}

/**
 * The names where the ownership of a record may be found, the likeliest first: beside those of {@link ownershipNames} the
 * old one that a prefix with `%{record_type}` leaves over from before, and the address types that a CNAME takes on as an alias.
 */
export function ownershipCandidates(record: Owned, settings: Affixes): string[] {
  const types = new Set<string>([record.type === 'A' && isAlias(record) ? 'CNAME' : record.type]);
  if (record.type === 'CNAME') types.add('A');
  if (isAlias(record)) types.add(record.type);
  const names = [...types].map((type) => newName(record.name, type, settings));
  names.push(oldName(record.name, settings));
  return [...new Set(names.filter(isWritable).map((name) => name.replace(/\.$/, '').toLowerCase()))];
}

/** The text of an ownership TXT, without quotes. */
export function ownershipText(ownerId: string, record: Pick<Endpoint, 'resource' | 'dualstack'>): string {
  const labels = [
    ...(record.dualstack ? [`${HERITAGE}/dualstack=true`] : []),
    `${HERITAGE}/owner=${ownerId}`,
    `${HERITAGE}/resource=${record.resource}`,
  ];
  return `heritage=${HERITAGE},${labels.join(',')}`;
}

/** Reads the text of a TXT record; `undefined` when it is not ExternalDNS's (no heritage, or another tool's). */
export function parseOwnership(text: string): Ownership | undefined {
  let isOurs = false;
  const labels = new Map<string, string>();
  for (const token of text.replace(/^"+|"+$/g, '').split(',')) {
    const parts = token.split('=');
    if (parts.length !== 2) continue;
    const [key = '', value = ''] = parts;
    if (key === 'heritage') {
      if (value !== HERITAGE) return undefined;
      isOurs = true;
    } else if (key.startsWith(`${HERITAGE}/`)) {
      labels.set(key.slice(HERITAGE.length + 1), value);
    }
  }
  return isOurs ? { owner: labels.get('owner'), resource: labels.get('resource') } : undefined;
}
