/** BIND as the DNS suites need it beside the rig's own: a fixed zone, and a secondary that stays behind. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { NameServer } from '@tenant-operator/operator/dns';
import type { Part } from '../rig/process/part.ts';
import { freePort } from '../rig/process/ports.ts';
import type { Workspace } from '../rig/process/workspace.ts';

interface Key {
  name: string;
  algorithm: string;
  secret: string;
}

export interface Bind {
  server: NameServer;
  part: Part;
}

export interface BindOptions {
  name: string;
  zone: string;
  /** The text of the zone file; without it the server is a secondary of `primary`. */
  zoneFile?: string;
  primary?: NameServer;
  /** What the primary of a secondary wants to see. */
  key?: Key;
  /** A further zone whose file is missing. */
  brokenZone?: string;
}

function configOf(options: BindOptions, dir: string, port: number): string {
  const { zone, primary, brokenZone, key } = options;
  // Without a file, the secondary transfers the zone when it starts; it is not told of changes, and looks for none in an hour.
  const source = primary
    ? `type secondary; primaries { ${primary.address} port ${primary.port}${key ? ` key "${key.name}"` : ''}; }; min-refresh-time 3600; allow-notify { none; };`
    : `type primary; file "${zone}.zone";`;
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
${key ? `key "${key.name}" { algorithm ${key.algorithm}; secret "${key.secret}"; };` : ''}
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

/** Sends commands of nsupdate (`update add ...`) to a server, as one transaction. */
export function updateZone(
  server: Pick<NameServer, 'address' | 'port'>,
  key: Key,
  commands: string[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('nsupdate', ['-y', `${key.algorithm}:${key.name}:${key.secret}`], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
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
  return { server, part };
}
