/** What the activate column says (DESIGN 4): words for yes and no, anything else is unknown and never read as no. */
const active = new Set(['1', 'true', 'yes', 'y', 'on', 't']);
const inactive = new Set(['0', 'false', 'no', 'n', 'off', 'f', '']);

export type Activation = 'active' | 'inactive' | 'unknown';

/** Reads an activate value in any case, surrounding white space aside; SQL NULL (null) is inactive. */
export function parseActivate(value: string | null): Activation {
  if (value === null) return 'inactive';
  const word = value.trim().toLowerCase();
  if (active.has(word)) return 'active';
  return inactive.has(word) ? 'inactive' : 'unknown';
}
