/** The shell blocks of the documentation, run as they stand, and its YAML blocks, judged by a server. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  type Block,
  blocksOf,
  pages,
  prepareFolder,
  renderFragment,
  runBlocks,
  useOf,
  wholeManifest,
} from '../docs/index.ts';
import type { Rig } from '../rig/index.ts';
import { startSandboxRig } from '../rig/sandbox.ts';
import {
  createKubectl,
  environment,
  type Kubectl,
  prepareCluster,
  prepareCredentials,
} from '../rig/support/index.ts';

let rig: Rig;
let kubectl: Kubectl;

beforeAll(async () => {
  rig = await startSandboxRig({});
  await prepareCluster(rig);
  await prepareCredentials(rig, rig.database);
  kubectl = await createKubectl(rig.kubeconfig);
});

afterAll(async () => {
  kubectl?.close();
  await rig?.stop();
});

const blocks = pages().flatMap(({ file, text }) =>
  blocksOf(file, text).map((block) => ({ file, block, use: useOf(block) })),
);
const runnable = blocks.filter(({ use }) => use.kind === 'run');
/** Those of `kinds=gateway` are judged by the validator alone: no server of this suite has these kinds. */
const manifests = blocks.flatMap(({ block, use }) =>
  use.kind === 'spec' || ((use.kind === 'manifest' || use.kind === 'item') && use.kinds === undefined)
    ? [{ place: block.place, block, use }]
    : [],
);

/** Blocks of one file and one place, in the order of the page. */
function storiesOf(where: 'demo' | 'rig'): { file: string; story: Block[] }[] {
  const found = runnable.filter(({ use }) => use.kind === 'run' && use.where === where);
  const files = [...new Set(found.map(({ file }) => file))];
  return files.map((file) => ({
    file,
    story: found.filter((entry) => entry.file === file).map(({ block }) => block),
  }));
}

describe('a page whose blocks are run', { timeout: 300_000 }, () => {
  it.concurrent.each(storiesOf('demo'))('with the demo: $file', async ({ story }) => {
    const workshop = await prepareFolder();
    try {
      await workshop.startDemo();
      const { code, place, output } = await runBlocks(story, workshop);
      expect(code, `${place} failed:\n${output}`).toBe(0);
      expect(place).toBe(story.at(-1)?.place);
    } finally {
      await workshop.close();
    }
  });

  it.concurrent.each(storiesOf('rig'))('with a rig: $file', async ({ story }) => {
    const workshop = await prepareFolder();
    try {
      mkdirSync(join(workshop.folder, '.rig'));
      writeFileSync(join(workshop.folder, '.rig', 'env'), environment(rig));
      const { code, place, output } = await runBlocks(story, workshop);
      expect(code, `${place} failed:\n${output}`).toBe(0);
      expect(place).toBe(story.at(-1)?.place);
    } finally {
      await workshop.close();
    }
  });

  it('fails where a block fails, and names the block', async () => {
    const block = (place: string, text: string): Block => ({
      place,
      language: 'sh',
      words: { run: '' },
      text,
    });
    const workshop = await prepareFolder();
    try {
      const story = [
        block('a:1', 'true\n'),
        block('a:5', 'tenant-operator validate no-such-file\n'),
        block('a:9', 'true\n'),
      ];
      const outcome = await runBlocks(story, workshop);
      expect(outcome).toMatchObject({ code: 1, place: 'a:5' });
      expect(outcome.output).toContain('no-such-file does not exist');
      expect((await runBlocks([block('b:1', 'echo "$NOT_SET"\n')], workshop)).code).not.toBe(0);
      expect((await runBlocks([block('c:1', 'false | cat\n')], workshop)).code).not.toBe(0);
      expect((await runBlocks([block('d:1', 'echo a b  # -> a b\n')], workshop)).code).toBe(0);
    } finally {
      await workshop.close();
    }
  });
});

describe('a manifest of the documentation', () => {
  const dryRun = (objects: readonly unknown[]) =>
    kubectl.run(
      ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict', '-f', '-'],
      {
        stdin: objects.map((object) => `---\n${stringify(object)}`).join(''),
        allowFailure: true,
      },
    );

  it.each(manifests)(
    'is taken by a strict server, and so is what is made of it: $place',
    async ({ block, use }) => {
      const whole = wholeManifest(block, use);
      if (typeof whole === 'string') throw new Error(whole);
      const { code, stderr } = await dryRun([...whole, ...renderFragment(whole)]);
      expect(stderr).toBe('');
      expect(code).toBe(0);
    },
  );

  it('is refused by it where it is wrong', async () => {
    const wrong = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { prots: [] } };
    expect((await dryRun([wrong])).stderr).toContain('prots');
  });
});
