/** `tenant-operator doctor`: the guide's troubleshooting section and best practices, looked at on a cluster. */
import { readFileSync } from 'node:fs';
import type { KubeClient } from '@tenant-operator/kube';
import {
  createNetworkLookup,
  parseServerText,
  parseTsigKey,
  type TsigKey,
} from '@tenant-operator/operator/dns';
import { Command, InvalidArgumentError, Option } from 'commander';
import { addClusterFlags, type NamespacedFlags, withCluster } from '../cluster/session.ts';
import {
  type Diagnosis,
  diagnose,
  ENVIRONMENTS,
  type Environment,
  type Facts,
  findOrphans,
  gather,
  type OrphanReport,
  ownersOf,
  printDiagnosis,
  readZones,
} from '../doctor/index.ts';
import { CommandFailure } from '../failure.ts';
import { type OutputFormat, outputFlag, printOutput, stderrProgress } from '../output/index.ts';

export interface DoctorFlags extends NamespacedFlags {
  readonly output: OutputFormat;
  readonly dnsNameserver: readonly string[];
  readonly maxRecords: number;
  readonly environment?: Environment;
  readonly orphans?: boolean;
  readonly ownerId: readonly string[];
  readonly zoneFile: readonly string[];
  readonly tsigKeyFile?: string;
}

const many = (text: string, before: readonly string[]) => [...before, text];

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description(
      'find out why tenants have no DNS record, address or certificate, and what goes against good practice; reads only. Exit code 2 when something is found',
    )
    .addOption(outputFlag())
    .addOption(
      new Option(
        '--dns-nameserver <host[:port]>',
        'ask these servers instead of those that the zones name (repeatable)',
      )
        .env('TENANT_OPERATOR_DNS_NAMESERVER')
        .argParser((text: string, before: readonly string[]) => [
          ...before,
          ...text.split(',').map(nameserver),
        ])
        .default([], 'none'),
    )
    .addOption(
      new Option('--max-records <n>', 'ask for so many records at the most').argParser(count).default(200),
    )
    .addOption(
      new Option(
        '--environment <name>',
        'which environment all of it is, where labels and names do not tell',
      ).choices(ENVIRONMENTS),
    )
    .option('--orphans', 'list records of our owner ids that belong to no living object')
    .addOption(
      new Option('--owner-id <id>', 'count these as ours too (repeatable; with --orphans)')
        .argParser(many)
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--zone-file <file>',
        'listing of a zone, where it cannot be transferred: JSON of aws, gcloud or Cloudflare, a zone file, or - (repeatable; with --orphans)',
      )
        .argParser(many)
        .default([], 'none'),
    )
    .option('--tsig-key-file <file>', 'key for zone transfers, as dig -k takes it (with --orphans)')
    .action(doctor);
  addClusterFlags(command);
  const namespace = command.options.find(({ long }) => long === '--namespace');
  if (namespace) namespace.description = 'look at registries, templates and tenants of this namespace only';
  return command;
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('a whole number is needed');
}

function nameserver(text: string): string {
  if (parseServerText(text)) return text.trim();
  throw new InvalidArgumentError(
    'an address or a host name is needed, such as 192.0.2.53 or ns1.example.com:53',
  );
}

async function doctor(flags: DoctorFlags): Promise<void> {
  const { result, text } = await withCluster(flags, ({ client }) => examine(client, flags));
  printOutput(flags.output, result, () => text);
  const { problem, advice } = result.counts;
  if (problem + advice + (result.orphans?.orphans.length ?? 0) > 0) process.exitCode = 2;
}

/** What scripts get, and what people do. Rejects with CommandFailure for files that cannot be used. */
export async function examine(
  client: KubeClient,
  flags: DoctorFlags,
): Promise<{ result: DoctorResult; text: string }> {
  const key = flags.tsigKeyFile === undefined ? undefined : readKey(flags.tsigKeyFile);
  const lookup = createNetworkLookup();
  const progress = stderrProgress();
  const { dnsNameserver: nameservers, orphans: wantsOrphans = false } = flags;
  try {
    const facts = await gather({
      client,
      lookup,
      namespace: flags.namespace,
      nameservers,
      maxRecords: flags.maxRecords,
      environment: flags.environment,
      allObjects: wantsOrphans,
      now: Date.now(),
      onProgress: (what, done, total) => progress.update(what, done, total),
    });
    const diagnosis = diagnose(facts);
    if (!wantsOrphans) return { result: resultOf(diagnosis, facts), text: printDiagnosis(facts, diagnosis) };
    progress.update('listing zones');
    const { listings, unread } = await readZones(facts, { lookup, nameservers, files: flags.zoneFile, key });
    const owners = ownersOf(facts, flags.ownerId);
    const zones = listings.map(({ zone }) => zone);
    const orphans = { zones, owners, orphans: findOrphans(listings, facts, owners), unread };
    return { result: resultOf(diagnosis, facts, orphans), text: printDiagnosis(facts, diagnosis, orphans) };
  } finally {
    progress.end();
  }
}

export interface DoctorResult {
  readonly counts: Diagnosis['counts'];
  readonly records: { readonly asked: number; readonly published: number; readonly unasked: number };
  /** Every check, those that found nothing too. */
  readonly checks: Diagnosis['checks'];
  readonly orphans?: OrphanReport;
}

function resultOf({ counts, checks }: Diagnosis, { records }: Facts, orphans?: OrphanReport): DoctorResult {
  const { looks, unasked } = records;
  const published = looks.filter(({ verdict }) => verdict.state === 'published').length;
  return {
    counts,
    records: { asked: looks.length, published, unasked },
    checks,
    ...(orphans ? { orphans } : {}),
  };
}

function readKey(file: string): TsigKey {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandFailure(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const key = parseTsigKey(text);
  if (key) return key;
  throw new CommandFailure(`${file} is no key file: key "name" { algorithm hmac-sha256; secret "..."; };`);
}
