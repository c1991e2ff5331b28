import * as z from 'zod';
import { LISTS, type ListName } from '../items.ts';
import { atomicList, count, immutable, text, time, withRules, word } from './build.ts';
import { generation, objectName, statusHead, statusTail } from './common.ts';
import { itemList, type TemplateItem } from './item.ts';

const canarySchema = withRules(
  z.object({
    column: text(128)
      .exactOptional()
      .describe('Mapped column of the registry; tenants whose row has the value of equals go first.'),
    equals: z.string().max(1024).exactOptional().describe("Value of column, as the database's own text."),
    percent: z.int32().min(1).max(100).exactOptional().describe('Share of the tenants that goes first.'),
  }),
  {
    rule: '(has(self.column) && has(self.equals) && !has(self.percent)) || (!has(self.column) && !has(self.equals) && has(self.percent))',
    message: 'rollout.canary is either column with equals, or percent',
    holds: ({ column, equals, percent }) =>
      percent === undefined
        ? column !== undefined && equals !== undefined
        : column === undefined && equals === undefined,
  },
);

const rolloutSchema = z.object({
  maxSkew: count()
    .exactOptional()
    .describe('How many tenants may be between two revisions at once; without it, or with 0, all of them.'),
  progressDeadlineSeconds: z
    .int32()
    .min(60)
    .max(3600)
    .default(600)
    .describe('Seconds without progress after which the rollout has failed, 600 by default.'),
  canary: canarySchema
    .exactOptional()
    .describe('Tenants that get a new revision first; the others follow when those are ready.'),
  maxFailures: z
    .int32()
    .min(1)
    .default(1)
    .describe('How many tenants may fail on the new revision before the rollout halts, 1 by default.'),
});

const externalDnsSchema = withRules(
  z.object({
    ownerId: text(255).exactOptional().describe('Its --txt-owner-id.'),
    txtPrefix: text(255).exactOptional().describe('Its --txt-prefix.'),
    txtSuffix: text(255).exactOptional().describe('Its --txt-suffix.'),
    policy: z
      .enum(['sync', 'upsert-only', 'create-only'])
      .exactOptional()
      .describe('Its --policy; only sync ever deletes a record.'),
    domainFilters: atomicList(text(253)).max(100).exactOptional().describe('Its --domain-filter values.'),
    annotationPrefix: word(
      /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/$/,
      254,
      'annotationPrefix is a domain name and a slash, such as external-dns.kubernetes.io/',
    )
      .exactOptional()
      .describe(
        'Its --annotation-prefix: external-dns.alpha.kubernetes.io/ before v0.22.0, external-dns.kubernetes.io/ since.',
      ),
  }),
  {
    rule: '!has(self.txtPrefix) || !has(self.txtSuffix)',
    message: 'ExternalDNS takes txtPrefix or txtSuffix, not both: remove one of the two',
    holds: ({ txtPrefix, txtSuffix }) => txtPrefix === undefined || txtSuffix === undefined,
  },
);

const probeSchema = z.object({
  enabled: z
    .boolean()
    .exactOptional()
    .describe('Whether the hosts of a tenant are asked over HTTPS. By default --dns-probe, false.'),
  path: word(
    /^\/[A-Za-z0-9._~!$&()*+,;=:@/%?-]*$/,
    256,
    'path begins with a slash and has no blanks, such as /healthz',
  )
    .exactOptional()
    .describe(
      'What is asked for; answers from 200 to 399 are well, and redirects are not followed. By default /.',
    ),
  intervalSeconds: z
    .int32()
    .min(30)
    .max(86400)
    .exactOptional()
    .describe(
      'Seconds between two questions to a host that answers; one that does not is asked sooner. By default 300.',
    ),
  timeoutSeconds: z
    .int32()
    .min(1)
    .max(30)
    .exactOptional()
    .describe('Seconds that an answer may take. By default 5.'),
});

/** No defaults here: each field falls back to the operator's --dns-* flag of that name. */
const dnsSchema = z.object({
  verification: z
    .enum(['Disabled', 'Report', 'Gate'])
    .exactOptional()
    .describe(
      'Disabled: no look-ups. Report: a condition tells. Gate: a Tenant is ready only when published, and goes only when its records are gone. By default --dns-verification, Report.',
    ),
  timeoutSeconds: z
    .int32()
    .min(1)
    .max(86400)
    .exactOptional()
    .describe(
      'Seconds that a removal may take before onTimeout decides. By default --dns-timeout-seconds, 600.',
    ),
  onTimeout: z
    .enum(['Release', 'Hold'])
    .exactOptional()
    .describe(
      'Release lets the Tenant go and lists the leftover record at the registry; Hold keeps the Tenant. By default --dns-on-timeout, Release.',
    ),
  nameservers: atomicList(text(300))
    .max(16)
    .exactOptional()
    .describe(
      'Authoritative name servers to ask, as host, host:port or [v6]:port, in place of those that the zone names. By default --dns-nameserver.',
    ),
  holdCertificates: z
    .boolean()
    .exactOptional()
    .describe(
      'Whether an Ingress gets its cert-manager issuer annotation only once its hostnames are published. By default --dns-hold-certificates, false.',
    ),
  probe: probeSchema
    .exactOptional()
    .describe(
      'Whether hosts whose records are published answer over HTTPS: the condition HTTPSReady tells, and nothing waits for it.',
    ),
  externalDNS: externalDnsSchema
    .exactOptional()
    .describe(
      'How ExternalDNS is configured; the operator may not be able to see it. By default the --dns-external-dns-* flags.',
    ),
});

const lists = Object.fromEntries(
  LISTS.map(({ name, type }) => [
    name,
    itemList(name, type)
      .exactOptional()
      .describe(type === undefined ? 'Objects of any kind.' : `${type.kind} objects (${type.apiVersion}).`),
  ]),
) as { [L in ListName]: z.ZodExactOptional<z.ZodType<TemplateItem[]>> };

export const templateSpecSchema = z.object({
  registryId: immutable(
    objectName(),
    'registryId cannot be changed: make a new TenantTemplate for the other registry',
  ).describe(
    'Name of the TenantRegistry in the same namespace whose rows use this template; it may be made later.',
  ),
  suspend: z
    .boolean()
    .default(false)
    .describe('True stops every change to the tenants of this template; nothing is lost when it ends.'),
  serviceAccountName: objectName()
    .exactOptional()
    .describe(
      'ServiceAccount in the namespace of the template that the operator acts as when it writes and deletes the objects, so that its rights are the limit; by default --default-service-account, else the operator itself.',
    ),
  rollout: rolloutSchema.prefault({}).describe('How a change of the template reaches its tenants.'),
  dns: dnsSchema.exactOptional().describe('Verification of the DNS records that ExternalDNS makes.'),
  ...lists,
});

const rolloutStatusSchema = z.object({
  phase: z.enum(['Idle', 'InProgress', 'Failed', 'Complete']).describe('Where the rollout stands.'),
  targetGeneration: generation()
    .exactOptional()
    .describe('The metadata.generation of the template that is being rolled out.'),
  totalTenants: count().exactOptional().describe('Tenants that take part.'),
  updatedTenants: count().exactOptional().describe('Tenants that were given the new revision.'),
  updatingTenants: count().exactOptional().describe('Those of them that are not settled yet.'),
  readyUpdatedTenants: count().exactOptional().describe('Those of them that are ready.'),
  movingTenants: atomicList(z.string().max(63))
    .max(250)
    .exactOptional()
    .describe(
      'Tenants that may move now and have not, where several processes share the tenants (--shards).',
    ),
  startTime: time().exactOptional().describe('When the rollout began.'),
  completionTime: time().exactOptional().describe('When the rollout ended.'),
  message: z.string().exactOptional().describe('What happens or what went wrong, in one line.'),
});

export const templateStatusSchema = z.object({
  ...statusHead,
  currentRevision: z
    .string()
    .exactOptional()
    .describe('Name of the ControllerRevision that tenants are on or are being moved to.'),
  totalTenants: count().exactOptional().describe('Tenants of this template.'),
  readyTenants: count().exactOptional().describe('Tenants of this template that are ready.'),
  rollout: rolloutStatusSchema.exactOptional().describe('Progress of the last change of the template.'),
  ...statusTail,
});

export type TemplateSpec = z.output<typeof templateSpecSchema>;
export type TemplateStatus = z.output<typeof templateStatusSchema>;
export type Rollout = z.output<typeof rolloutSchema>;
export type RolloutCanary = z.output<typeof canarySchema>;
export type RolloutStatus = z.output<typeof rolloutStatusSchema>;
export type DnsSettings = z.output<typeof dnsSchema>;
export type ProbeSettings = z.output<typeof probeSchema>;
export type ExternalDnsSettings = z.output<typeof externalDnsSchema>;
