/** BIND for the DNS suites: a primary that takes updates, and a secondary that may stay behind. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { NameServer } from '@tenant-operator/operator/dns';
import type { Part } from '../rig/process/part.ts';
import { freePort } from '../rig/process/ports.ts';
import type { Workspace } from '../rig/process/workspace.ts';

export interface Bind {
  server: NameServer;
  part: Part;
  /** Sends commands of nsupdate (`update add ...`), as one transaction; only to a primary. */
  update(...commands: string[]): Promise<void>;
}

export interface BindOptions {
  name: string;
  zone: string;
  /** The text of the zone file; without it the server is a secondary of `primary`. */
  zoneFile?: string;
  primary?: NameServer;
  /** A further zone whose file is missing. */
  brokenZone?: string;
}

function configOf(options: BindOptions, dir: string, port: number): string {
  const { zone, primary, brokenZone } = options;
  // A secondary that is not told of changes looks for them when it starts, and then for an hour no more.
  const source = primary
    ? `type secondary; primaries { ${primary.address} port ${primary.port}; }; file "${zone}.copy"; allow-notify { none; };`
    : `type primary; file "${zone}.zone"; allow-update { 127.0.0.1; }; allow-transfer { 127.0.0.1; };`;
  const broken = brokenZone ? `zone "${brokenZone}" { type primary; file "missing.zone"; };` : '';
  return `
options {
  directory "${dir}";
  pid-file "named.pid";
  session-keyfile "session.key";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  notify no;
  dnssec-validation no;
  allow-query { 127.0.0.1; };
};
controls { };
zone "${zone}" { ${source} };
${broken}
`;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function runNsupdate(server: NameServer, commands: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('nsupdate', [], { stdio: ['pipe', 'ignore', 'pipe'] });
    const errors: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`nsupdate ended with ${code}: ${Buffer.concat(errors).toString()}`));
    });
    child.stdin.end([`server ${server.address} ${server.port}`, ...commands, 'send', ''].join('\n'));
  });
}

/** Starts a named in the workspace and waits until it takes connections. */
export async function startBind(workspace: Workspace, options: BindOptions): Promise<Bind> {
  const dir = workspace.folder(options.name);
  const port = await freePort();
  const server = { name: options.name, address: '127.0.0.1', port };
  if (options.zoneFile !== undefined) writeFileSync(join(dir, `${options.zone}.zone`), options.zoneFile);
  writeFileSync(join(dir, 'named.conf'), configOf(options, dir, port));
  const part = await workspace.start({
    name: options.name,
    command: 'named',
    args: ['-f', '-n', '1', '-c', join(dir, 'named.conf')],
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
    isReady: () => accepts(port),
  });
  return { server, part, update: (...commands) => runNsupdate(server, commands) };
}
