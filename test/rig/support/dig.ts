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

/** What a name server says of a name that does not exist, by itself and not from hearsay. */
export interface Denial {
  /** `NXDOMAIN`, `NOERROR`, `SERVFAIL` ... */
  readonly code: string;
  /** The flag aa: the server speaks for the zone. */
  readonly isAuthoritative: boolean;
  readonly answers: number;
  /** The zone whose SOA comes along, which denies the name (RFC 2308); empty without one. */
  readonly zone: string;
}

/** How the rig's BIND answers for a name, header and SOA included. */
export async function digDenial(
  server: Pick<Bind, 'host' | 'port'>,
  name: string,
  type = 'A',
): Promise<Denial> {
  const { dig: program } = await systemCommands('dig');
  const where = [`@${server.host}`, '-p', String(server.port)];
  const what = ['+noall', '+comments', '+authority', '+norecurse', '+time=2', '+tries=2', name, type];
  const { stdout } = await run(program, [...where, ...what]);
  return {
    code: /status: (\w+)/.exec(stdout)?.[1] ?? '',
    isAuthoritative: /flags:[^;]*\baa\b/.test(stdout),
    answers: Number(/ANSWER: (\d+)/.exec(stdout)?.[1] ?? 0),
    zone: /^(\S+?)\.?\s+\d+\s+IN\s+SOA\s/m.exec(stdout)?.[1] ?? '',
  };
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
