/** Finds members that occur twice in a JSON text; JSON.parse would silently keep the last. */

/** Paths (`spec.replicas`, `spec.ports[0].name`) in the order of their second occurrence. */
export function findDuplicates(text: string): string[] {
  const found: string[] = [];
  let i = 0;
  const skipSpace = () => {
    while (i < text.length && ' \t\n\r'.includes(text[i] as string)) i++;
  };
  const readString = (): string => {
    const start = i++;
    while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
    i++;
    return JSON.parse(text.slice(start, i)) as string;
  };
  const readValue = (path: string): void => {
    skipSpace();
    const first = text[i];
    if (first === '{') {
      i++;
      const seen = new Set<string>();
      for (skipSpace(); text[i] !== '}' && i < text.length; skipSpace()) {
        if (text[i] === ',') {
          i++;
          continue;
        }
        const key = readString();
        const below = path ? `${path}.${key}` : key;
        if (seen.has(key)) found.push(below);
        seen.add(key);
        skipSpace();
        i++; // the colon
        readValue(below);
      }
      i++;
    } else if (first === '[') {
      i++;
      let index = 0;
      for (skipSpace(); text[i] !== ']' && i < text.length; skipSpace()) {
        if (text[i] === ',') {
          i++;
          continue;
        }
        readValue(`${path}[${index++}]`);
      }
      i++;
    } else if (first === '"') {
      readString();
    } else while (i < text.length && !',]} \t\n\r'.includes(text[i] as string)) i++;
  };
  readValue('');
  return [...new Set(found)];
}
