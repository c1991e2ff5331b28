/** Bundles the page into dist/page: four files, nothing from elsewhere. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { from, pageBuild, to } from './page-build.ts';

mkdirSync(to, { recursive: true });
// esbuild wants lists that it may change.
await build({ ...pageBuild, entryPoints: [...pageBuild.entryPoints] });
for (const name of ['index.html', 'icon.svg']) copyFileSync(join(from, name), join(to, name));
