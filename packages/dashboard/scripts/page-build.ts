/** How esbuild makes the page. */
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

const root = join(import.meta.dirname, '..');
export const from = join(root, 'page');
export const to = join(root, 'dist', 'page');

export const pageBuild = {
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
} as const satisfies BuildOptions;
