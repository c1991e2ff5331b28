/** Reads listings of zones: JSON of Route 53, Cloud DNS and Cloudflare, and zone files (RFC 1035), which dig's AXFR prints too. Pure. */
import type { ZoneRecord } from './index.ts';
import { parseZoneFile } from './zone-file.ts';

/** Undefined when it is neither. */
export function parseListing(text: string): ZoneRecord[] | undefined {
  const records = /^\s*[[{]/.test(text) ? parseJson(text) : parseZoneFile(text);
  return records && records.length > 0 ? records : undefined;
}

interface Route53Set {
  Name: string;
  Type: string;
  ResourceRecords?: { Value: string }[];
  AliasTarget?: { DNSName: string };
}

interface CloudDnsSet {
  name: string;
  type: string;
  rrdatas?: string[];
}

interface CloudflareRecord {
  name: string;
  type: string;
  content: string;
}

function parseJson(text: string): ZoneRecord[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { ResourceRecordSets: sets, result } = value as { ResourceRecordSets?: unknown; result?: unknown };
  if (Array.isArray(sets))
    return (sets as Route53Set[]).map(({ Name, Type, ResourceRecords = [], AliasTarget }) =>
      record(
        unescapeName(Name),
        Type,
        AliasTarget
          ? [`alias of ${plainName(AliasTarget.DNSName)}`]
          : ResourceRecords.map(({ Value }) => Value),
      ),
    );
  if (Array.isArray(result))
    return (result as CloudflareRecord[]).map(({ name, type, content }) => record(name, type, [content]));
  if (Array.isArray(value))
    return (value as CloudDnsSet[]).flatMap(({ name, type, rrdatas = [] }) =>
      typeof name === 'string' && typeof type === 'string' ? [record(name, type, rrdatas)] : [],
    );
  return undefined;
}

function record(name: string, type: string, values: readonly string[]): ZoneRecord {
  return {
    name: plainName(name),
    type,
    values: values.map((value) => (type === 'TXT' ? unquote(value) : plainName(value))),
  };
}

/** `*` is `\052` in Route 53's answers. */
function unescapeName(name: string): string {
  return name.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

export function plainName(name: string): string {
  return name.trim().toLowerCase().replace(/\.$/, '');
}

/** The strings of a TXT value, joined. */
export function unquote(value: string): string {
  const parts = [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part = '']) => part);
  return (parts.length > 0 ? parts.join('') : value).replaceAll(/\\(["\\;])/g, '$1');
}
