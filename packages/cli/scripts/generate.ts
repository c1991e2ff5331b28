/** Writes docs/reference/commands.md; a second run changes nothing. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandsPage } from './commands-page.ts';

const file = fileURLToPath(new URL('../../../docs/reference/commands.md', import.meta.url));
mkdirSync(fileURLToPath(new URL('../../../docs/reference/', import.meta.url)), { recursive: true });
writeFileSync(file, await commandsPage());
console.log('docs/reference/commands.md');
