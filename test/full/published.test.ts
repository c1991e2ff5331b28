/**
 * The packages as somebody gets them who installs them: packed, with what they declare and nothing else, and plain node runs
 * the examples of their READMEs.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'published-'));
  writeFileSync(join(scratch, 'package.json'), '{"type":"module","private":true}');
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Packs a package of this repository and puts it into the scratch project; its dependencies are those of the repository. */
async function install(folder: string): Promise<string> {
  const from = join(root, 'packages', folder);
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', scratch], { cwd: from });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  const { name, dependencies = {} } = JSON.parse(
    readFileSync(join(from, 'package.json'), 'utf8'),
  ) as Manifest;
  const to = join(scratch, 'node_modules', name);
  mkdirSync(to, { recursive: true });
  await run('tar', ['-xzf', join(scratch, packed?.filename ?? ''), '-C', to, '--strip-components=1']);
  for (const dependency of Object.keys(dependencies)) {
    const link = join(scratch, 'node_modules', dependency);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', dependency), link);
  }
  return readFileSync(join(to, 'README.md'), 'utf8');
}

/** The examples of a README as one module: their imports come first, each name once. */
async function examplesOf(readme: string, change: (source: string) => string): Promise<string> {
  const source = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1]).join('\n');
  const names = new Map<string, Set<string>>();
  const body = source.replaceAll(
    /^import \{ ([^}]+) \} from '([^']+)';\n/gm,
    (_, list: string, from: string) => {
      const known = names.get(from) ?? new Set();
      for (const name of list.split(', ')) known.add(name);
      names.set(from, known);
      return '';
    },
  );
  const imports = [...names].map(([from, list]) => `import { ${[...list].join(', ')} } from '${from}';\n`);
  return (await transform(imports.join('') + change(body), { loader: 'ts', format: 'esm' })).code;
}

async function runProgram(name: string, source: string): Promise<string> {
  const file = join(scratch, `${name}.js`);
  writeFileSync(file, source);
  const { NODE_OPTIONS: _, ...env } = process.env;
  return (await run(process.execPath, [file], { cwd: scratch, env })).stdout;
}

it('go-template renders what the comments of its README say', { timeout: 90_000 }, async () => {
  const readme = await install('go-template');
  const expected: string[] = [];
  const program = await examplesOf(readme, (body) =>
    body.replaceAll(/^(\S.*); \/\/ (.+)$/gm, (_, expression: string, result: string) => {
      expected.push(result);
      return `console.log(${expression});`;
    }),
  );
  expect(expected.length).toBeGreaterThan(2);
  expect((await runProgram('go-template', program)).split('\n').map((line) => line.trim())).toEqual([
    ...expected,
    '',
  ]);
});

it('the sandbox starts, with everything around it, and stops', { timeout: 90_000 }, async () => {
  const readme = await install('sandbox');
  const stop = 'await cluster.stop();';
  const program = await examplesOf(
    readme,
    (body) => `${body.replace(stop, '')}
      const names = async (path) => {
        const answer = await fetch(cluster.url + path, { headers: { authorization: 'Bearer ' + cluster.token } });
        return (await answer.json()).items.map(({ metadata }) => metadata.name);
      };
      console.log((await names('/api/v1/namespaces')).join());
      console.log(process.env.KUBECONFIG !== undefined, dns.port > 0, database.port > 0);
      await neighbours.stop();
      await database.stop();
      await dns.stop();
      ${stop}`,
  );
  expect(program).toContain(stop);
  expect(await runProgram('sandbox', program)).toBe(
    'default,kube-node-lease,kube-public,kube-system\ntrue true true\n',
  );
});
