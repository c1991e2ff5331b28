/** Every block of the documentation says what it is for, and is what it says; commands name what there is. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../packages/cli/src/program.ts';
import {
  type Block,
  blocksOf,
  commandProblems,
  fragmentProblems,
  inlineCode,
  type KnownCommands,
  pages,
  ROOT,
  renderFragment,
  useOf,
  wholeManifest,
} from '../../docs/index.ts';

const known: KnownCommands = {
  createProgram: () => createProgram('tenant-operator'),
  makeTargets: [...readFileSync(join(ROOT, 'Makefile'), 'utf8').matchAll(/^([a-z][a-z-]*):/gm)].map(
    ([, name]) => name ?? '',
  ),
  root: ROOT,
};

/** What is wrong with a block, apart from what a server would say of it. */
async function problemsOf(block: Block): Promise<string[]> {
  const use = useOf(block);
  switch (use.kind) {
    case 'problem':
      return [use.message];
    case 'prose':
      return [];
    case 'run':
    case 'noted':
      return [...syntaxProblems(block.text), ...(await commandProblems(block.text, known))];
    default: {
      const manifests = wholeManifest(block, use);
      if (typeof manifests === 'string') return [manifests];
      const problems = fragmentProblems(manifests);
      if (problems.length > 0) return problems;
      try {
        renderFragment(manifests);
        return [];
      } catch (error) {
        return [(error as Error).message];
      }
    }
  }
}

function syntaxProblems(text: string): string[] {
  try {
    execFileSync('bash', ['-n'], { input: text, stdio: ['pipe', 'ignore', 'pipe'] });
    return [];
  } catch (error) {
    return [String((error as { stderr: Buffer }).stderr).trim()];
  }
}

const tell = (place: string, problems: readonly string[]) =>
  problems.map((problem) => `${place}: ${problem}`);

describe('the documentation', () => {
  const all = pages();

  it('is read', () => {
    const files = all.map(({ file }) => file);
    expect(files).toEqual(expect.arrayContaining(['README.md', 'docs/runbooks.md', 'docs/quick-start.md']));
    expect(all.flatMap(({ file, text }) => blocksOf(file, text)).length).toBeGreaterThan(60);
  });

  it.each(all)('has blocks that hold what they promise: $file', async ({ file, text }) => {
    const problems: string[] = [];
    for (const block of blocksOf(file, text)) problems.push(...tell(block.place, await problemsOf(block)));
    expect(problems).toEqual([]);
  });

  it.each(all)('names commands, flags and files that there are: $file', async ({ file, text }) => {
    const codes = inlineCode(file, text).filter(({ code }) => !/[…]|\.\.\.| N$/.test(code));
    // Within a sentence a command may stand without what it takes.
    const problems: string[] = [];
    for (const { place, code } of codes) {
      const found = await commandProblems(code, known);
      problems.push(
        ...tell(
          place,
          found.filter((problem) => !problem.includes('missing required argument')),
        ),
      );
    }
    expect(problems).toEqual([]);
  });
});

describe('the check of the documentation', () => {
  const block = (info: string, text: string) =>
    blocksOf('page.md', `\`\`\`${info}\n${text}\n\`\`\`\n`)[0] as Block;

  it.each([
    ['', 'ls', /without a language/, 'no language'],
    ['bash run', 'ls', /blocks of bash are not checked/, 'a language that nobody checks'],
    ['sh', 'ls', /says run, run=rig or noted/, 'neither run nor noted'],
    ['sh noted=""', 'ls', /needs a reason/, 'no reason'],
    ['sh run=moon', 'ls', /says run, run=rig or noted/, 'a place that there is not'],
    ['sh run', 'if true; then', /syntax error/, 'no end'],
    ['sh run', 'tenant-operator plam', /unknown command 'plam'/, 'a command that there is not'],
    ['sh run', 'tenant-operator plan --rwo x', /unknown option '--rwo'/, 'a flag that there is not'],
    ['sh run', 'ls && tenant-operator plan -o xml | cat', /choices/, 'a value that a flag does not take'],
    ['sh run', 'tenant-operator explain', /missing required argument/, 'an argument that is missing'],
    ['sh run', 'kubectl tenants plan \\\n  --rwo x', /unknown option '--rwo'/, 'by way of kubectl'],
    ['sh noted="it is only shown here"', 'npx tenant-operator run --webhok', /--webhok/, 'by way of npx'],
    ['sh run', 'X=1 node packages/cli/dist/tenant-operator.js rnu &', /'rnu'/, 'by way of node'],
    ['sh run', 'make bild', /no target bild/, 'a target that there is not'],
    ['sh run', 'kubectl apply -f deploy/no-such.yaml', /there is no deploy\/no-such\.yaml/, 'no such file'],
    ['yaml', 'a: [', /flow|must end/i, 'no YAML'],
    ['yaml', 'a: b', /apiVersion and kind/, 'a part that does not say of what'],
    ['yaml', 'kind: A\nkind: B', /unique/i, 'a key twice'],
    ['yaml item=pods', 'id: x', /no list pods/, 'a list that there is not'],
    ['yaml item=services', 'id: x\nspec: {}\nspce: {}', /spce/, 'a field that there is not'],
    [
      'yaml item=services',
      'id: x\nspec: {metadata: {name: "{{ .nope }}"}}',
      /unknown variable "\.nope"/,
      'a variable that nobody maps',
    ],
    [
      'yaml item=services',
      'id: x\nspec: {metadata: {name: "{{ .uid"}}',
      /item "x"/,
      'a template that does not parse',
    ],
    ['yaml spec=TenantRegistry', 'deletionGuard: {maxDeletions: many}', /maxDeletions/, 'a wrong value'],
    ['yaml spec=Tenant', 'uid: x', /none of/, 'a kind that is not asked for'],
    ['yaml whatever', 'a: b', /item=LIST/, 'a word that there is not'],
  ])('```%s refuses %j: %s (%s)', async (info, text, message) => {
    expect((await problemsOf(block(info, text))).join('\n')).toMatch(message);
  });

  it.each([
    ['sh run', 'tenant-operator plan --row id=acme,active=0 || [ $? = 2 ]'],
    ['sh run', '. .demo/env\ndig @"$DNS_HOST" -p "$DNS_PORT" +short a.example.com  # -> 192.0.2.1'],
    [
      'sh run',
      'tenant-operator doctor --dns-nameserver "$DNS_HOST:$DNS_PORT" 2>&1 > out; kubectl tenants --help',
    ],
    ['yaml item=configMaps', 'id: x\nspec: {data: {plan: "{{ .plan }}"}}'],
    ['yaml spec=TenantTemplate', 'rollout: {maxSkew: 2}'],
    ['text', 'anything at all'],
  ])('```%s takes %j', async (info, text) => {
    expect(await problemsOf(block(info, text))).toEqual([]);
  });

  it('finds blocks in lists, and those without an end', () => {
    const [inList, open] = blocksOf('page.md', '1. x\n\n   ```sh run\n   ls\n   ```\n\n```yaml\na: b\n');
    expect(inList).toEqual({ place: 'page.md:3', language: 'sh', words: { run: '' }, text: 'ls\n' });
    expect(open && useOf(open)).toEqual({ kind: 'problem', message: 'the block has no end' });
  });

  it('reads code within the text, over the end of a line, and not that of blocks', () => {
    const text = 'a `tenant-operator\nplan` b\n```sh\n`no`\n```\n`kubectl get x`\n';
    expect(inlineCode('page.md', text)).toEqual([
      { place: 'page.md:1', code: 'tenant-operator plan' },
      { place: 'page.md:6', code: 'kubectl get x' },
    ]);
  });
});
