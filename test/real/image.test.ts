/** The contents of the container image, put together as the Dockerfile says and run without a container engine. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type KubeObject, loadConfig } from '@tenant-operator/kube';
import { type Sandbox, startSandbox } from '@tenant-operator/sandbox';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..', '..');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

let image: string;
let context: string;

/** Words of the lines that begin with an instruction. */
const instruction = (name: string): string[][] =>
  [...dockerfile.matchAll(new RegExp(`^${name} (.+)$`, 'gm'))].map(([, rest = '']) => rest.split(' '));

/** The command of the image: its entry point with these arguments, in the folder that stands for its root. */
function command(args: readonly string[]): string[] {
  const [, program = ''] = JSON.parse(instruction('ENTRYPOINT')[0]?.join(' ') ?? '[]') as string[];
  return [join(image, program), ...args];
}

/** Nothing of this tree is there: no node_modules above, and no setting of ours. */
const environment = { PATH: process.env.PATH ?? '' };

beforeAll(() => {
  context = mkdtempSync(join(tmpdir(), 'image-context-'));
  image = mkdtempSync(join(tmpdir(), 'image-root-'));
  const script = join(root, 'packages', 'cli', 'scripts', 'build-image.ts');
  execFileSync(process.execPath, ['--import', 'tsx', script, join(context, 'build', 'image')], { cwd: root });
  for (const [from = '', to = ''] of instruction('COPY')) {
    cpSync(join(context, from), join(image, to), { recursive: true });
  }
}, 240_000);

afterAll(() => {
  for (const folder of [context, image]) rmSync(folder, { recursive: true, force: true });
});

describe('the image', () => {
  it('holds one program, the page, licences and bills of materials, and nothing else', () => {
    const files = readdirSync(image, { recursive: true, encoding: 'utf8' }).sort();
    expect(files).toEqual([
      'app',
      'app/LICENSE',
      'app/THIRD_PARTY_LICENSES',
      'app/bin',
      'app/bin/tenant-operator.mjs',
      'app/page',
      'app/page/app.css',
      'app/page/app.js',
      'app/page/icon.svg',
      'app/page/index.html',
      'app/sbom.cyclonedx.json',
      'app/sbom.spdx.json',
    ]);
    const program = readFileSync(join(image, 'app/bin/tenant-operator.mjs'), 'utf8');
    expect(program).not.toContain(root);
  });

  it('runs as nobody, from a base without a shell', () => {
    expect(instruction('FROM')[0]?.[0]).toMatch(/^gcr\.io\/distroless\/.+:nonroot$/);
    expect(instruction('USER')).toEqual([['65532:65532']]);
    expect(instruction('RUN')).toEqual([]);
    // What is not named here never reaches the builder.
    expect(readFileSync(join(root, '.dockerignore'), 'utf8')).toBe('*\n!build/image/app\n');
  });

  it('names in both bills what is in it', () => {
    const bill = (name: string) =>
      JSON.parse(readFileSync(join(image, 'app', `sbom.${name}.json`), 'utf8')) as {
        specVersion?: string;
        spdxVersion?: string;
        components?: { name: string; version: string }[];
        packages?: { name: string; versionInfo: string }[];
      };
    const [cyclone, spdx] = [bill('cyclonedx'), bill('spdx')];
    expect(cyclone.specVersion).toBe('1.5');
    expect(spdx.spdxVersion).toBe('SPDX-2.3');
    const names = cyclone.components?.map(({ name }) => name) ?? [];
    for (const name of ['mysql2', 'pg', 'undici', 'yaml', 'zod', 'preact', 'prom-client']) {
      expect(names).toContain(name);
      expect(spdx.packages?.map((one) => one.name)).toContain(name);
    }
    for (const name of ['sql.js', 'typescript', 'vitest', 'esbuild']) expect(names).not.toContain(name);
    const licences = readFileSync(join(image, 'app', 'THIRD_PARTY_LICENSES'), 'utf8');
    for (const { name, version } of cyclone.components ?? [])
      expect(licences).toContain(`${name} ${version} (`);
  });

  it('says its version and how it is used', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8')) as {
      version: string;
    };
    const say = (...args: string[]) =>
      execFileSync(process.execPath, command(args), { cwd: image, env: environment, encoding: 'utf8' });
    expect(say('--version').trim()).toBe(version);
    expect(say('run', '--help')).toContain('--metrics-bind-address');
  });

  it('says that the demo is not in it', () => {
    const run = () =>
      execFileSync(process.execPath, command(['demo', '--once']), {
        cwd: image,
        env: environment,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    expect(run).toThrow('the demo is no part of this image');
  });
});

interface Collector {
  readonly url: string;
  /** Names of all spans so far. */
  spans(): string[];
  service(): string | undefined;
  stop(): Promise<void>;
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: { stringValue?: string } }[] };
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string }[] }[];
  }[];
}

/** Takes OTLP over HTTP, as JSON. */
async function startCollector(): Promise<Collector> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      if (request.method === 'POST' && request.url === '/v1/traces') sent.push(JSON.parse(text) as Sent);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const resources = () => sent.flatMap(({ resourceSpans }) => resourceSpans);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () =>
      resources().flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
      ),
    service: () =>
      resources()[0]?.resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('the operator of the image', () => {
  let sandbox: Sandbox;
  let child: ChildProcess;
  let log = '';
  let collector: Collector;

  beforeAll(async () => {
    sandbox = await startSandbox();
    const kubeconfig = sandbox.writeKubeconfig(join(context, 'kubeconfig'));
    const client = createClient(loadConfig({ kubeconfig, env: {} }));
    const crds = {
      group: 'apiextensions.k8s.io',
      version: 'v1',
      kind: 'CustomResourceDefinition',
      plural: 'customresourcedefinitions',
      namespaced: false,
    };
    for (const name of readdirSync(join(root, 'deploy', 'crds'))) {
      const definition = parse(readFileSync(join(root, 'deploy', 'crds', name), 'utf8')) as KubeObject;
      await client.apply(crds, definition, { fieldManager: 'test' });
    }
    await client.close();
    const bind = [
      '--metrics-bind-address=127.0.0.1:0',
      '--health-bind-address=127.0.0.1:0',
      '--dashboard-bind-address=127.0.0.1:0',
    ];
    collector = await startCollector();
    child = spawn(process.execPath, command(['run', '--kubeconfig', kubeconfig, ...bind]), {
      cwd: image,
      env: { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'named-so' },
    });
    child.stdout?.on('data', (chunk) => (log += String(chunk)));
    child.stderr?.on('data', (chunk) => (log += String(chunk)));
    const isReady = () => expect(log).toContain('ready: this process leads');
    await vi.waitFor(isReady, { timeout: 60_000, interval: 100 });
  }, 120_000);

  afterAll(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    await sandbox.stop();
    await collector.stop();
  }, 60_000);

  const portOf = (message: string) => {
    const line = log.split('\n').find((one) => one.includes(message)) ?? '{}';
    return (JSON.parse(line) as { port?: number }).port;
  };

  it('leads, answers probes and metrics, and serves the page', async () => {
    const text = async (url: string) => (await fetch(url)).text();
    expect(await text(`http://127.0.0.1:${portOf('probes are served')}/readyz`)).toContain(
      'readyz check passed',
    );
    expect(await text(`http://127.0.0.1:${portOf('metrics are served')}/metrics`)).toContain(
      'leader_election_master_status{name="tenant-operator"} 1',
    );
    const url = /"url":"([^"]+)"/.exec(log)?.[1] ?? '';
    expect(await text(url)).toContain('<title>');
    expect(await text(`${url}app.js`)).toContain('tenant');
  });

  it('sends its spans where the standard variables say', async () => {
    const hasSpans = () => expect(collector.spans()).toContain('GET');
    await vi.waitFor(hasSpans, { timeout: 60_000, interval: 100 });
    expect(collector.service()).toBe('named-so');
    expect(log).toContain('traces are sent');
  });

  it('uses nothing but what is in the image', () => {
    expect(existsSync(join(image, 'node_modules'))).toBe(false);
    expect(log).not.toMatch(/ERR_MODULE_NOT_FOUND|Cannot find/);
  });
});
