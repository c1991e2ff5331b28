/** Manifests for an ExternalDNS that works with Tenant Operator. Pure. */
import { ALPHA_PREFIX, STABLE_PREFIX } from '@tenant-operator/operator/dns';
import {
  changesUpTo,
  formatRelease,
  isUntried,
  type Release,
  readsStablePrefix,
  takesAnnotationPrefix,
} from './releases.ts';
import { rulesFor } from './rules.ts';

export const EXTERNAL_DNS_PROVIDERS = ['aws', 'cloudflare', 'google'] as const;
export type ExternalDnsProvider = (typeof EXTERNAL_DNS_PROVIDERS)[number];

export interface ExternalDnsOptions {
  readonly provider: ExternalDnsProvider;
  readonly release: Release;
  readonly policy: 'sync' | 'upsert-only';
  readonly ownerId: string;
  /** Before the first label of the names of its TXT records. */
  readonly txtPrefix: string;
  readonly domainFilters: readonly string[];
  /** With its final slash. */
  readonly annotationPrefix: string;
  readonly namespace: string;
  readonly name: string;
  /** Ids of hosted zones (Route 53, Cloudflare): nothing else is touched, and nothing else is allowed. */
  readonly zoneIds: readonly string[];
  /** aws: the role of IRSA. google: the service account of Workload Identity. */
  readonly identity?: string;
  /** google: the project of the zones. */
  readonly googleProject?: string;
  /** cloudflare: records are proxied unless an annotation says otherwise. */
  readonly isProxied: boolean;
}

export interface ExternalDnsManifests {
  /** Ready to be applied. */
  readonly objects: readonly Record<string, unknown>[];
  /** What a person does before or besides, a line each; commands stand alone on theirs, indented. */
  readonly notes: readonly string[];
}

const cloudflareSecret = { name: 'cloudflare-api-token', key: 'apiToken' };
const metricsPort = 7979;

/**
 * What IAM has to allow: changes of the zones, and finding them. Tighter than the guide's, which lets record sets be listed
 * everywhere; with zone ids nothing but these zones can be changed or read.
 */
export function awsPolicy(zoneIds: readonly string[] = []): Record<string, unknown> {
  const zones = zoneIds.length > 0 ? zoneIds : ['*'];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['route53:ChangeResourceRecordSets', 'route53:ListResourceRecordSets'],
        Resource: zones.map((id) => `arn:aws:route53:::hostedzone/${id}`),
      },
      { Effect: 'Allow', Action: ['route53:ListHostedZones'], Resource: ['*'] },
    ],
  };
}

export function externalDnsManifests(options: ExternalDnsOptions): ExternalDnsManifests {
  return { objects: objectsOf(options), notes: notesOf(options) };
}

function objectsOf(options: ExternalDnsOptions): Record<string, unknown>[] {
  const { namespace, name, release } = options;
  const labels = { 'app.kubernetes.io/name': 'external-dns', 'app.kubernetes.io/instance': name };
  const group = 'rbac.authorization.k8s.io';
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace, labels, ...identityOf(options) },
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRole',
      metadata: { name, labels },
      rules: rulesFor(release),
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: `${name}-viewer`, labels },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    deploymentOf(options, labels),
  ];
}

function identityOf({ provider, identity }: ExternalDnsOptions): Record<string, unknown> {
  if (identity === undefined) return {};
  const annotation = provider === 'aws' ? 'eks.amazonaws.com/role-arn' : 'iam.gke.io/gcp-service-account';
  return { annotations: { [annotation]: identity } };
}

function deploymentOf(options: ExternalDnsOptions, labels: Record<string, string>): Record<string, unknown> {
  const { namespace, name, release, provider } = options;
  // The guide's label: its commands (`kubectl logs -l app=external-dns`) work here too.
  const selector = { app: name };
  const env = environmentOf(provider);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: { ...selector, ...labels } },
    spec: {
      // Two at once would undo each other's work.
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: selector },
      template: {
        metadata: {
          labels: { ...selector, ...labels },
          annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(metricsPort) },
        },
        spec: {
          serviceAccountName: name,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65534,
            fsGroup: 65534,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: 'external-dns',
              image: `registry.k8s.io/external-dns/external-dns:${formatRelease(release)}`,
              args: argumentsOf(options),
              ...(env.length > 0 ? { env } : {}),
              ports: [{ name: 'http', containerPort: metricsPort, protocol: 'TCP' }],
              livenessProbe: {
                httpGet: { path: '/healthz', port: 'http' },
                periodSeconds: 10,
                failureThreshold: 2,
              },
              resources: { requests: { cpu: '10m', memory: '50Mi' }, limits: { memory: '200Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  };
}

function argumentsOf(options: ExternalDnsOptions): string[] {
  const { provider, release, policy, ownerId, txtPrefix, domainFilters, annotationPrefix, zoneIds } = options;
  return [
    '--source=service',
    '--source=ingress',
    ...domainFilters.map((domain) => `--domain-filter=${domain}`),
    `--provider=${provider}`,
    ...(provider === 'aws' ? ['--aws-zone-type=public'] : []),
    ...(provider === 'google' ? ['--google-zone-visibility=public'] : []),
    ...(provider === 'google' && options.googleProject ? [`--google-project=${options.googleProject}`] : []),
    ...(provider === 'cloudflare' && options.isProxied ? ['--cloudflare-proxied'] : []),
    ...zoneIds.map((id) => `--zone-id-filter=${id}`),
    `--policy=${policy}`,
    '--registry=txt',
    `--txt-owner-id=${ownerId}`,
    ...(txtPrefix === '' ? [] : [`--txt-prefix=${txtPrefix}`]),
    ...(takesAnnotationPrefix(release) ? [`--annotation-prefix=${annotationPrefix}`] : []),
    // Not only once a minute: when something changed too.
    '--events',
    '--interval=1m',
    '--log-level=info',
    `--metrics-address=:${metricsPort}`,
  ];
}

function environmentOf(provider: ExternalDnsProvider): Record<string, unknown>[] {
  if (provider === 'aws') return [{ name: 'AWS_DEFAULT_REGION', value: 'us-east-1' }];
  if (provider !== 'cloudflare') return [];
  return [{ name: 'CF_API_TOKEN', valueFrom: { secretKeyRef: cloudflareSecret } }];
}

function notesOf(options: ExternalDnsOptions): string[] {
  const { release, policy, annotationPrefix } = options;
  return [
    ...changeNotes(release),
    ...(readsStablePrefix(release) && annotationPrefix === ALPHA_PREFIX
      ? [
          `It is told to read ${ALPHA_PREFIX}, as the guide's templates are written. For ${STABLE_PREFIX}: --annotation-prefix`,
        ]
      : []),
    ...(policy === 'upsert-only'
      ? [
          'With --policy=upsert-only the records of tenants that are gone stay: use --policy sync to have them removed.',
        ]
      : []),
    ...(options.domainFilters.length === 0
      ? ['Without --domain-filter it works on every zone that its credentials reach.']
      : []),
    ...providerNotes(options),
    'What the templates of the operator say of it, so that it can tell whose records it sees:',
    ...templateNote(options).map((line) => `  ${line}`),
  ];
}

function changeNotes(release: Release): string[] {
  const changes = changesUpTo(release);
  return [
    ...(changes.length > 0 ? ['Changed since v0.14.0:'] : []),
    ...changes.map(({ since, what }) => `  ${since}: ${what}`),
    ...(isUntried(release)
      ? [`These manifests were not tried with ${formatRelease(release)}: read its release notes.`]
      : []),
  ];
}

function providerNotes(options: ExternalDnsOptions): string[] {
  const { namespace, name, zoneIds, identity, provider } = options;
  switch (provider) {
    case 'aws': {
      const more = zoneIds.map((id) => ` --zone-id ${id}`).join('');
      return [
        identity === undefined
          ? 'Rights on Route 53, by IAM Roles for Service Accounts. The role goes into --identity, or let eksctl annotate the ServiceAccount:'
          : 'The policy of the role:',
        `  tenant-operator external-dns --provider aws --owner-id ${options.ownerId} --iam-policy${more} > external-dns-policy.json`,
        '  aws iam create-policy --policy-name ExternalDNSPolicy --policy-document file://external-dns-policy.json',
        ...(identity === undefined
          ? [
              `  eksctl create iamserviceaccount --name ${name} --namespace ${namespace} --cluster CLUSTER --override-existing-serviceaccounts --approve --attach-policy-arn arn:aws:iam::ACCOUNT_ID:policy/ExternalDNSPolicy`,
            ]
          : []),
      ];
    }
    case 'cloudflare':
      return [
        'The API token (Zone:Read and DNS:Edit of the zones) is not printed here. Put it into a Secret without its appearing in a shell history:',
        `  kubectl create secret generic ${cloudflareSecret.name} -n ${namespace} --from-file=${cloudflareSecret.key}=/dev/stdin`,
      ];
    case 'google':
      return [
        identity === undefined
          ? 'Rights on Cloud DNS, by Workload Identity: a service account with roles/dns.admin goes into --identity, and may be used by this ServiceAccount:'
          : 'The service account needs roles/dns.admin, and may be used by this ServiceAccount:',
        `  gcloud iam service-accounts add-iam-policy-binding ${identity ?? 'GSA@PROJECT.iam.gserviceaccount.com'} --role roles/iam.workloadIdentityUser --member "serviceAccount:PROJECT.svc.id.goog[${namespace}/${name}]"`,
      ];
  }
}

/** `spec.dns` of a TenantTemplate. */
function templateNote({
  ownerId,
  txtPrefix,
  policy,
  domainFilters,
  annotationPrefix,
}: ExternalDnsOptions): string[] {
  return [
    'dns:',
    '  externalDNS:',
    `    ownerId: ${JSON.stringify(ownerId)}`,
    ...(txtPrefix === '' ? [] : [`    txtPrefix: ${JSON.stringify(txtPrefix)}`]),
    `    policy: ${policy}`,
    ...(domainFilters.length > 0 ? [`    domainFilters: ${JSON.stringify(domainFilters)}`] : []),
    `    annotationPrefix: ${annotationPrefix}`,
  ];
}
