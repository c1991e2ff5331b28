/** A zone file as text (RFC 1035, 5.1): what dig prints of a transfer, what providers export. Pure. */

import type { ZoneRecord } from './index.ts';
import { plainName, unquote } from './listing.ts';

const TYPES = new Set(['A', 'AAAA', 'CNAME', 'TXT', 'NS', 'SOA', 'MX', 'SRV', 'CAA', 'PTR']);

/** Lines whose type is none of the common ones are left out. Undefined when no line is a record. */
export function parseZoneFile(text: string): ZoneRecord[] | undefined {
  const groups = new Map<string, { name: string; type: string; values: string[] }>();
  let origin = '';
  let owner = '';
  for (const line of joinLines(text)) {
    const directive = /^\$(ORIGIN|TTL)\s+(\S+)/i.exec(line);
    if (directive) {
      if (directive[1]?.toUpperCase() === 'ORIGIN') origin = plainName(directive[2] ?? '');
      continue;
    }
    const words = line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
    if (words.length === 0) continue;
    // A line that begins with a blank goes on with the name before.
    if (!/^\s/.test(line)) owner = fullName(words.shift() ?? '', origin);
    while (words.length > 0 && /^(?:\d+[smhdw]?|IN|CH|HS)$/i.test(words[0] ?? '')) words.shift();
    const type = words.shift()?.toUpperCase() ?? '';
    if (!TYPES.has(type) || owner === '') continue;
    const value = valueText(type, words, origin);
    const key = `${owner} ${type}`;
    const group = groups.get(key);
    if (group) group.values.push(value);
    else groups.set(key, { name: owner, type, values: [value] });
  }
  return groups.size > 0 ? [...groups.values()] : undefined;
}

function valueText(type: string, words: readonly string[], origin: string): string {
  if (type === 'TXT') return words.map(unquote).join('');
  if (type === 'CNAME' || type === 'NS') return fullName(words[0] ?? '', origin);
  return words.join(' ');
}

function fullName(name: string, origin: string): string {
  if (name === '@') return origin;
  if (name.endsWith('.') || origin === '') return plainName(name);
  return `${plainName(name)}.${origin}`;
}

/** Without comments; what stands in parentheses is one line. */
function joinLines(text: string): string[] {
  const lines: string[] = [];
  let open = 0;
  let current = '';
  let isQuoted = false;
  let isComment = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string;
    if (char === '\n') {
      isComment = false;
      if (open > 0) current += ' ';
      else {
        lines.push(current);
        current = '';
        isQuoted = false;
      }
    } else if (isComment || char === '\r') {
      // Nothing of a comment is kept.
    } else if (char === '\\') {
      current += char + (text[at + 1] ?? '');
      at += 1;
    } else if (char === '"') {
      isQuoted = !isQuoted;
      current += char;
    } else if (isQuoted) {
      current += char;
    } else if (char === ';') {
      isComment = true;
    } else if (char === '(' || char === ')') {
      open = Math.max(0, open + (char === '(' ? 1 : -1));
      current += ' ';
    } else {
      current += char;
    }
  }
  return [...lines, current].filter((line) => line.trim() !== '');
}
