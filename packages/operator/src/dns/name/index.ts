/** DNS names as text: lower case, no final dot. */

/** Lower case, without surrounding space and without the final dot. */
export function normalizeName(name: string): string {
  return name.trim().toLowerCase().replace(/\.$/, '');
}

/** Whether a name can stand in a zone: 1-63 characters a label, at most 253 in all, `*` only as the whole first label. */
export function isDnsName(name: string): boolean {
  const text = normalizeName(name);
  if (text === '' || text.length > 253) return false;
  return text
    .split('.')
    .every(
      (label, index) =>
        (label === '*' && index === 0) || /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label),
    );
}

/** The name without its first label; the root is the empty string. */
export function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

/** Whether `name` is `zone` or below it; everything is below the root (`''`). */
export function isWithin(name: string, zone: string): boolean {
  return zone === '' || name === zone || name.endsWith(`.${zone}`);
}

/** Whether some label is longer than the 63 characters that DNS allows (endpoint/endpoint.go, NewEndpointWithTTL). */
export function hasLongLabel(name: string): boolean {
  // Go measures bytes.
  return name.split('.').some((label) => Buffer.byteLength(label) > 63);
}
