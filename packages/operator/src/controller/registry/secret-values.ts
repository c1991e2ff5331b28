/**
 * Values of secret columns, from the last read of each table, by registry and uid. They are in this process's memory and in the
 * Secrets that are made of them, and nowhere else: not in Tenants, statuses, events or logs.
 */
export interface SecretValues {
  /** Undefined before the first read since the start. */
  of(registryKey: string, uid: string): Readonly<Record<string, string>> | undefined;
  /** Takes the rows of a read; gives the uids whose values are new or other than before. */
  replace(registryKey: string, rows: readonly SecretRow[]): readonly string[];
  forget(registryKey: string): void;
}

export interface SecretRow {
  readonly uid: string;
  readonly secrets: Readonly<Record<string, string>>;
}

export function createSecretValues(): SecretValues {
  const byRegistry = new Map<string, ReadonlyMap<string, Readonly<Record<string, string>>>>();
  return {
    of: (registryKey, uid) => byRegistry.get(registryKey)?.get(uid),
    replace(registryKey, rows) {
      const before = byRegistry.get(registryKey);
      byRegistry.set(registryKey, new Map(rows.map(({ uid, secrets }) => [uid, secrets])));
      return rows.filter(({ uid, secrets }) => !isSame(before?.get(uid), secrets)).map(({ uid }) => uid);
    },
    forget: (registryKey) => void byRegistry.delete(registryKey),
  };
}

function isSame(
  before: Readonly<Record<string, string>> | undefined,
  now: Readonly<Record<string, string>>,
): boolean {
  if (before === undefined) return false;
  const names = Object.keys(now);
  return names.length === Object.keys(before).length && names.every((name) => before[name] === now[name]);
}

const mask = '***';

/** Takes secret values, also as the data of a Secret has them, out of a text that people will read. */
export function redact(text: string, secrets: Readonly<Record<string, string>> | undefined): string {
  const values = Object.values(secrets ?? {}).filter((value) => value !== '');
  const forms = values.flatMap((value) => [value, Buffer.from(value).toString('base64')]);
  // The longest first: one may be a part of another.
  forms.sort((a, b) => b.length - a.length);
  return forms.reduce((rest, form) => rest.replaceAll(form, mask), text);
}

/** The same variables without their values. */
export function maskOf(secrets: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(secrets).map((name) => [name, mask]));
}
