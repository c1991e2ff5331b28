import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { chmodSync, chownSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCommands } from '../binaries/debian.ts';
import { freePort } from '../process/ports.ts';
import { isRoot, systemUser } from '../process/system-user.ts';
import type { Workspace } from '../process/workspace.ts';

export interface TsigKey {
  name: string;
  algorithm: 'hmac-sha256';
  /** Base64. */
  secret: string;
}

export interface BindOptions {
  /** Default `example.com` and `example.io`. */
  zones?: readonly string[];
  /** Name of the part, for a second server beside the first. */
  name?: string;
  key?: TsigKey;
  /** Default is a free one. */
  port?: number;
  /** More text inside `options { }`. */
  configuration?: string;
}

/** An authoritative server; the key's holder may update and transfer every zone, everybody may ask. */
export interface Bind {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly zones: readonly string[];
  readonly key: TsigKey;
}

const DEFAULT_ZONES = ['example.com', 'example.io'];

/** Starts BIND; ready when it answers for every zone. */
export async function startBind(workspace: Workspace, options: BindOptions = {}): Promise<Bind> {
  const { zones = DEFAULT_ZONES, name = 'bind', configuration = '' } = options;
  const key: TsigKey = options.key ?? {
    name: 'rig',
    algorithm: 'hmac-sha256',
    secret: randomBytes(32).toString('base64'),
  };
  const commands = await systemCommands('named', 'dig');
  const dir = workspace.folder(name);
  const user = isRoot() ? systemUser('bind') : undefined;
  const port = options.port ?? (await freePort());
  const put = (file: string, text: string): void => {
    const path = join(dir, file);
    writeFileSync(path, text, { mode: 0o600 });
    if (user) chownSync(path, user.uid, user.gid);
  };
  put('named.conf', serverConfiguration(dir, port, zones, key, configuration));
  for (const zone of zones) put(`${zone}.zone`, emptyZone(zone));
  if (user) chownSync(dir, user.uid, user.gid);
  // Where AppArmor confines /usr/sbin/named to Debian's own folders, it does so by path: a copy is free.
  const program = join(dir, 'named');
  copyFileSync(commands.named, program);
  chmodSync(program, 0o755);

  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  await workspace.start({
    name,
    command: program,
    args: ['-g', '-4', '-n', '1', '-c', join(dir, 'named.conf')],
    cwd: dir,
    ...(user ?? {}),
    isReady: async () => {
      for (const zone of zones) await resolver.resolveSoa(zone);
      return true;
    },
  });
  return { host: '127.0.0.1', port, zones, key };
}

function serverConfiguration(
  dir: string,
  port: number,
  zones: readonly string[],
  key: TsigKey,
  more: string,
): string {
  const blocks = zones.map(
    (zone) => `zone "${zone}" {
  type primary;
  file "${zone}.zone";
  allow-update { key "${key.name}"; };
  allow-transfer { key "${key.name}"; };
};`,
  );
  return `options {
  directory "${dir}";
  pid-file "named.pid";
  session-keyfile "session.key";
  managed-keys-directory "${dir}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  allow-query { any; };
  notify no;
  dnssec-validation no;
  empty-zones-enable no;
  minimal-responses yes;
  ${more}
};
controls { };
key "${key.name}" { algorithm ${key.algorithm}; secret "${key.secret}"; };
${blocks.join('\n')}
`;
}

/** SOA and NS alone; the times are those of a test: a name that is missing may be asked for again after 5 s. */
function emptyZone(zone: string): string {
  return `$ORIGIN ${zone}.
$TTL 300
@    IN SOA ns1.${zone}. hostmaster.${zone}. ( 1 60 30 3600 5 )
@    IN NS  ns1.${zone}.
ns1  IN A   127.0.0.1
`;
}
