/** Bundles the page into dist/page: four files, nothing from elsewhere. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const from = join(root, 'page');
const to = join(root, 'dist', 'page');

mkdirSync(to, { recursive: true });
await build({
  entryPoints: [
    { in: join(from, 'main.tsx'), out: 'app' },
    { in: join(from, 'style.css'), out: 'app' },
  ],
  outdir: to,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'eof',
  logLevel: 'warning',
});
for (const name of ['index.html', 'icon.svg']) copyFileSync(join(from, name), join(to, name));
