/**
 * Writes the CustomResourceDefinitions (deploy/crds) and the list of reasons (docs/reasons.md).
 * `npx tsx packages/api/scripts/generate.ts`; a second run changes nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generated.ts';

const root = new URL('../../../', import.meta.url);

for (const [path, text] of generatedFiles()) {
  const file = fileURLToPath(new URL(path, root));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(path);
}
