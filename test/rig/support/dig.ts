import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCommands } from '../binaries/debian.ts';
import type { Bind } from '../parts/bind.ts';
import type { Workspace } from '../process/workspace.ts';
import { run } from './run.ts';

export interface DnsRecord {
  /** Without the dot at the end. */
  name: string;
  ttl: number;
  type: string;
  /** As dig prints it: TXT in quotes, names with the dot. */
  data: string;
}

/** Asks the rig's BIND with the real dig: the data of the answers, sorted; empty when there are none. */
export async function dig(server: Pick<Bind, 'host' | 'port'>, name: string, type = 'A'): Promise<string[]> {
  const { dig: program } = await systemCommands('dig');
  const args = [
    `@${server.host}`,
    '-p',
    String(server.port),
    '+short',
    '+norecurse',
    '+time=2',
    '+tries=2',
    name,
    type,
  ];
  const { stdout } = await run(program, args);
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .sort();
}

/** The whole zone by AXFR, SOA and NS included. */
export async function transferZone(workspace: Workspace, server: Bind, zone: string): Promise<DnsRecord[]> {
  const { dig: program } = await systemCommands('dig');
  // From a file: a secret on a command line is everybody's.
  const keyFile = join(workspace.dir, 'tsig.key');
  const { name, algorithm, secret } = server.key;
  writeFileSync(keyFile, `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };\n`, { mode: 0o600 });
  const args = [
    `@${server.host}`,
    '-p',
    String(server.port),
    '-k',
    keyFile,
    '+noall',
    '+answer',
    zone,
    'AXFR',
  ];
  const { stdout } = await run(program, args);
  const records: DnsRecord[] = [];
  for (const line of stdout.split('\n')) {
    const match = /^(\S+?)\.?\s+(\d+)\s+IN\s+(\S+)\s+(.*)$/.exec(line);
    if (!match || match[3] === 'TSIG') continue;
    records.push({ name: match[1]!, ttl: Number(match[2]), type: match[3]!, data: match[4]! });
  }
  // A transfer ends with the SOA once more.
  return records.slice(0, -1);
}
