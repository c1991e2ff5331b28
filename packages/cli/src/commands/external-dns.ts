/** `tenant-operator external-dns`: manifests for an ExternalDNS that works with this operator. */
import { ALPHA_PREFIX } from '@tenant-operator/operator/dns';
import { Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import {
  awsPolicy,
  CURRENT_RELEASE,
  EXTERNAL_DNS_PROVIDERS,
  type ExternalDnsManifests,
  type ExternalDnsProvider,
  externalDnsManifests,
  formatRelease,
  GUIDE_RELEASE,
  isSupported,
  parseRelease,
  type Release,
  takesAnnotationPrefix,
} from '../external-dns/index.ts';
import { CommandFailure } from '../failure.ts';

export interface ExternalDnsFlags {
  readonly provider: ExternalDnsProvider;
  readonly release: Release;
  readonly policy: 'sync' | 'upsert-only';
  readonly ownerId: string;
  readonly txtPrefix: string;
  readonly domainFilter: readonly string[];
  readonly annotationPrefix: string;
  readonly namespace: string;
  readonly name: string;
  readonly zoneId: readonly string[];
  readonly identity?: string;
  readonly googleProject?: string;
  readonly cloudflareProxied?: boolean;
  readonly iamPolicy?: boolean;
  readonly output: 'yaml' | 'json';
}

const list = (text: string, before: readonly string[]) => [
  ...before,
  ...text.split(',').map((one) => one.trim()),
];

export function externalDnsCommand(): Command {
  return new Command('external-dns')
    .description('print manifests of an ExternalDNS that works with this operator, for kubectl apply -f -')
    .addOption(
      new Option('--provider <name>', 'where the zones are')
        .choices(EXTERNAL_DNS_PROVIDERS)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--release <version>', `release of ExternalDNS; the guide's is ${GUIDE_RELEASE}`)
        .argParser(releaseOf)
        .default(parseRelease(CURRENT_RELEASE), CURRENT_RELEASE),
    )
    .addOption(
      new Option(
        '--policy <policy>',
        'sync removes the records of tenants that are gone, upsert-only never does',
      )
        .choices(['sync', 'upsert-only'])
        .default('sync'),
    )
    .requiredOption(
      '--owner-id <id>',
      'tells its records from those of other clusters: one for each ExternalDNS',
    )
    .option('--txt-prefix <text>', 'begins the names of its TXT records', 'external-dns-')
    .addOption(
      new Option('--domain-filter <domain>', 'publish names of this domain only (repeatable)')
        .argParser(list)
        .default([], 'none'),
    )
    .addOption(
      new Option('--annotation-prefix <prefix/>', 'prefix of the annotations (v0.20.0 and newer)').default(
        ALPHA_PREFIX,
      ),
    )
    .option('-n, --namespace <name>', 'where it runs', 'kube-system')
    .option('--name <name>', 'of all objects; another one for a second ExternalDNS', 'external-dns')
    .addOption(
      new Option('--zone-id <id>', 'touch this hosted zone only (repeatable)')
        .argParser(list)
        .default([], 'none'),
    )
    .option('--identity <id>', 'aws: ARN of its IAM role; google: e-mail of its service account')
    .option('--google-project <id>', "google: project of the zones, where it is not the cluster's")
    .option('--cloudflare-proxied', "cloudflare: Cloudflare's proxy in front of every record")
    .option('--iam-policy', 'aws: print the IAM policy alone, as JSON')
    .addOption(
      new Option('-o, --output <format>', 'how it is printed').choices(['yaml', 'json']).default('yaml'),
    )
    .addHelpText(
      'after',
      `
Examples:
  tenant-operator external-dns --provider aws --release ${GUIDE_RELEASE} --owner-id prod --domain-filter example.com | kubectl apply -f -
  tenant-operator external-dns --provider aws --owner-id prod --iam-policy > external-dns-policy.json`,
    )
    .action((flags: ExternalDnsFlags) => {
      process.stdout.write(printManifests(flags));
    });
}

function releaseOf(text: string): Release {
  const release = parseRelease(text);
  if (!release) throw new InvalidArgumentError(`a version such as ${CURRENT_RELEASE} is needed`);
  if (isSupported(release)) return release;
  throw new InvalidArgumentError(`${formatRelease(release)} is too old: ${GUIDE_RELEASE} is the oldest`);
}

/** Throws CommandFailure for flags that exclude each other. Pure. */
export function printManifests(flags: ExternalDnsFlags): string {
  const { provider, release, output, iamPolicy, identity } = flags;
  if (iamPolicy) {
    if (provider !== 'aws') throw new CommandFailure('--iam-policy is for --provider aws');
    return `${JSON.stringify(awsPolicy(flags.zoneId), null, 2)}\n`;
  }
  if (identity !== undefined && provider === 'cloudflare')
    throw new CommandFailure(
      '--identity is for aws and google: Cloudflare takes an API token, which stays in a Secret',
    );
  const annotationPrefix = flags.annotationPrefix.endsWith('/')
    ? flags.annotationPrefix
    : `${flags.annotationPrefix}/`;
  if (!takesAnnotationPrefix(release) && annotationPrefix !== ALPHA_PREFIX)
    throw new CommandFailure(
      `ExternalDNS ${formatRelease(release)} reads ${ALPHA_PREFIX} and nothing else: leave out --annotation-prefix, or choose --release v0.20.0 or newer`,
    );
  const manifests = externalDnsManifests({
    provider,
    release,
    policy: flags.policy,
    ownerId: flags.ownerId,
    txtPrefix: flags.txtPrefix,
    domainFilters: flags.domainFilter.filter((domain) => domain !== ''),
    annotationPrefix,
    namespace: flags.namespace,
    name: flags.name,
    zoneIds: flags.zoneId.filter((id) => id !== ''),
    isProxied: flags.cloudflareProxied ?? false,
    ...(identity === undefined ? {} : { identity }),
    ...(flags.googleProject === undefined ? {} : { googleProject: flags.googleProject }),
  });
  return output === 'json' ? asJson(manifests) : asYaml(flags, manifests);
}

function asJson({ objects }: ExternalDnsManifests): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 2)}\n`;
}

/** What a person has to know stands above the manifests, where kubectl does not mind it. */
function asYaml(
  { provider, release, policy }: ExternalDnsFlags,
  { objects, notes }: ExternalDnsManifests,
): string {
  const head = [`ExternalDNS ${formatRelease(release)} for ${provider}, --policy=${policy}`, ...notes];
  const comment = head.map((line) => (line === '' ? '#' : `# ${line}`)).join('\n');
  return `${comment}\n${objects.map((object) => `---\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`).join('')}`;
}
