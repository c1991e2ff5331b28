/** Small texts of table cells. */
import { at, child, isObject, type Json, type JsonObject } from '../json.ts';

/** kubectl's duration: `5s`, `3m20s`, `4h5m`, `2d3h`, `10d`. */
export function duration(ms: number): string {
  const s = Math.floor(ms / 1000);
  if (s < -1) return '<invalid>';
  if (s < 0) return '0s';
  if (s < 120) return `${s}s`;
  const m = Math.floor(s / 60);
  if (m < 10) return s % 60 === 0 ? `${m}m` : `${m}m${s % 60}s`;
  if (m < 180) return `${m}m`;
  const h = Math.floor(m / 60);
  if (h < 8) return m % 60 === 0 ? `${h}h` : `${h}h${m % 60}m`;
  if (h < 48) return `${h}h`;
  const d = Math.floor(h / 24);
  if (d < 8) return h % 24 === 0 ? `${d}d` : `${d}d${h % 24}h`;
  if (d < 730) return `${d}d`;
  const y = Math.floor(d / 365);
  if (y < 8) return d % 365 === 0 ? `${y}y` : `${y}y${d % 365}d`;
  return `${y}y`;
}

export function age(now: number, since: Json | undefined): string {
  return typeof since === 'string' ? duration(now - Date.parse(since)) : '<unknown>';
}

export const text = (value: Json | undefined): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
export const list = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];
export const count = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

/** `a=b,c=d`, sorted; `<none>` when empty. */
export function labels(value: Json | undefined): string {
  const entries = isObject(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : [];
  return entries.length === 0 ? '<none>' : entries.map(([key, v]) => `${key}=${text(v)}`).join(',');
}

/** A label selector as text. */
export function selector(value: Json | undefined): string {
  if (!isObject(value)) return '<none>';
  const parts = isObject(value.matchLabels)
    ? Object.entries(value.matchLabels)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([k, v]) => `${k}=${text(v)}`)
    : [];
  for (const expression of list(value.matchExpressions)) {
    const values = Array.isArray(expression.values) ? expression.values.map(text).join(',') : '';
    const key = text(expression.key);
    parts.push(
      expression.operator === 'In'
        ? `${key} in (${values})`
        : expression.operator === 'NotIn'
          ? `${key} notin (${values})`
          : expression.operator === 'Exists'
            ? key
            : `!${key}`,
    );
  }
  return parts.length === 0 ? '<none>' : parts.join(',');
}

// Parts of objects that many rows show.
export const name = (o: JsonObject): string => text(at(o, 'metadata', 'name'));
export const old = (o: JsonObject, now: number): string => age(now, at(o, 'metadata', 'creationTimestamp'));
export const size = (value: Json | undefined): number =>
  isObject(value) ? Object.keys(value).length : Array.isArray(value) ? value.length : 0;
export const or = (value: string, otherwise = '<none>'): string => (value === '' ? otherwise : value);
export const joined = (items: JsonObject[], field: string): string =>
  items.map((item) => text(item[field])).join(',');
export const podSpec = (o: JsonObject): JsonObject =>
  child(child(child(o, 'spec'), 'template'), 'spec') ?? {};
export const containers = (o: JsonObject): string => joined(list(podSpec(o).containers), 'name');
export const images = (o: JsonObject): string => joined(list(podSpec(o).containers), 'image');
