/** Writes docs/reference/functions.md; a second run changes nothing. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { functionsPage } from './functions-page.ts';

const file = fileURLToPath(new URL('../../../docs/reference/functions.md', import.meta.url));
mkdirSync(fileURLToPath(new URL('../../../docs/reference/', import.meta.url)), { recursive: true });
writeFileSync(file, functionsPage());
console.log('docs/reference/functions.md');
