/** What a process has in memory that runs one command: of the built program, because bundles of tests load otherwise. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const CLI = join(import.meta.dirname, '../../packages/cli/dist/tenant-operator.js');

/** Told to Node as text: writes every module that is loaded to stderr. */
const TELL = `export async function load(url, context, next) {
  process._rawDebug('loaded ' + url);
  return next(url, context);
}`;
const dataUrl = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;
const REGISTER = dataUrl(
  `import { register } from 'node:module'; register(${JSON.stringify(dataUrl(TELL))});`,
);

function packagesOf(...args: string[]): ReadonlySet<string> {
  const script = `exec "$0" --import "$1" "$2" "\${@:3}" 2>&1 >/dev/null`;
  const text = execFileSync('bash', ['-c', script, process.execPath, REGISTER, CLI, ...args], {
    encoding: 'utf8',
  });
  const names = [...text.matchAll(/^loaded file:.*?\/(?:node_modules|packages)\/((?:@[^/]+\/)?[^/]+)/gm)];
  return new Set(names.map(([, name = '']) => name));
}

it.each([
  [
    ['run', '--help'],
    ['zod', 'mysql2', 'pg', '@peculiar/x509', 'sandbox'],
    'they are loaded when they are needed',
  ],
  [['approve', '--help'], ['zod', 'mysql2', 'pg', 'sandbox', 'dashboard'], 'those are of other commands'],
])('%j does not load %j: %s', (args, absent) => {
  const loaded = packagesOf(...args);
  expect(loaded.has('commander')).toBe(true);
  expect(absent.filter((name) => loaded.has(name))).toEqual([]);
});
