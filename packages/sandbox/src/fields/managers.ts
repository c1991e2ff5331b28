/** The entries of `metadata.managedFields`, decoded. */
import { isObject, type Json } from '../json.ts';
import { compareText } from './element.ts';
import type { FieldSet } from './set.ts';
import { decodeSet, encodeSet } from './wire.ts';

export interface Manager {
  name: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource: string;
  time?: string;
  set: FieldSet;
}
export type Managers = Map<string, Manager>;

export const identify = (m: {
  name: string;
  operation: string;
  apiVersion: string;
  subresource: string;
}): string =>
  JSON.stringify([m.name, m.operation, m.operation === 'Apply' ? '' : m.apiVersion, m.subresource]);

export function decodeManagers(entries: Json | undefined): Managers | undefined {
  const out: Managers = new Map();
  if (entries === undefined || entries === null) return out;
  if (!Array.isArray(entries)) return undefined;
  for (const entry of entries) {
    if (!isObject(entry)) return undefined;
    const { manager, operation, apiVersion, subresource, time, fieldsType, fieldsV1 } = entry;
    if ((operation !== 'Apply' && operation !== 'Update') || typeof apiVersion !== 'string' || !apiVersion)
      return undefined;
    if (fieldsType !== 'FieldsV1') return undefined;
    const decoded: Manager = {
      name: typeof manager === 'string' ? manager : '',
      operation,
      apiVersion,
      subresource: typeof subresource === 'string' ? subresource : '',
      ...(typeof time === 'string' ? { time } : {}),
      set: decodeSet(fieldsV1),
    };
    out.set(identify(decoded), decoded);
  }
  return out;
}

export function encodeManagers(managers: Managers): Json[] {
  const seconds = (m: Manager) => (m.time ? Math.floor(Date.parse(m.time) / 1000) : 0);
  return [...managers.values()]
    .sort(
      (a, b) =>
        compareText(a.operation, b.operation) ||
        seconds(a) - seconds(b) ||
        compareText(a.name, b.name) ||
        compareText(a.apiVersion, b.apiVersion) ||
        compareText(a.subresource, b.subresource),
    )
    .map((m) => ({
      ...(m.name ? { manager: m.name } : {}),
      operation: m.operation,
      apiVersion: m.apiVersion,
      ...(m.time ? { time: m.time } : {}),
      fieldsType: 'FieldsV1',
      fieldsV1: encodeSet(m.set),
      ...(m.subresource ? { subresource: m.subresource } : {}),
    }));
}
