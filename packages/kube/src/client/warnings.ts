/**
 * The texts of `Warning` headers (RFC 7234 section 5.5, as the API server writes them: `299 - "text"`),
 * several of them joined by commas.
 */
export function parseWarnings(header: string | undefined): string[] {
  if (header === undefined) return [];
  const texts: string[] = [];
  for (const match of header.matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)) {
    texts.push((match[1] ?? '').replace(/\\(.)/g, '$1'));
  }
  return texts;
}
