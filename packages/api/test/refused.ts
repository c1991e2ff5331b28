import type { JsonObject } from '../src/json.ts';
import { registry, template, tenant, withField } from './objects.ts';

/**
 * An object that the API server and a parse both refuse: where, and what they say. For rules both say the same; `says`
 * holds the parse's words where the server has its own for a limit of the schema (`serverSays`).
 */
export interface Refused {
  readonly reason: string;
  readonly object: JsonObject;
  readonly path: string;
  readonly says: string;
  readonly serverSays?: string;
}

const postgresql = { host: 'db', database: 'saas', table: 'customers', username: 'reader' };
const many = (length: number): { id: string; spec: object }[] =>
  Array.from({ length }, (_, index) => ({ id: `item-${index}`, spec: {} }));

export const refused: readonly Refused[] = [
  inRegistry('source.type', 'oracle', 'an unknown kind of database', {
    says: 'must be one of "mysql", "postgresql", not "oracle"',
    serverSays: 'supported values: "mysql", "postgresql"',
  }),
  inRegistry(
    'source',
    { type: 'postgresql', postgresql, mysql: postgresql },
    'mysql settings under type postgresql',
    {
      says: 'source.mysql belongs to source.type mysql: remove it or change the type',
    },
  ),
  inRegistry('source', { type: 'mysql' }, 'type mysql without its settings', {
    says: 'source.type mysql needs source.mysql with host, database and table',
  }),
  inRegistry('source', { type: 'postgresql' }, 'type postgresql without its settings', {
    says: 'source.type postgresql needs source.postgresql with host, database and table',
  }),
  inRegistry('source.postgresql', postgresql, 'settings of a second database', {
    path: 'spec.source',
    says: 'source.postgresql belongs to source.type postgresql: remove it or change the type',
  }),
  inRegistry('source.mysql.username', undefined, 'no user at all', {
    path: 'spec.source.mysql',
    says: 'set exactly one of username (plain text) and usernameRef (a key of a Secret)',
  }),
  inRegistry('source.mysql.usernameRef', { name: 's', key: 'k' }, 'a user given twice', {
    path: 'spec.source.mysql',
    says: 'set exactly one of username (plain text) and usernameRef (a key of a Secret)',
  }),
  inRegistry('source.mysql.passwordRef', { name: 's' }, 'a reference without its key', {
    path: 'spec.source.mysql.passwordRef.key',
    says: 'is required',
    serverSays: 'Required value',
  }),
  inRegistry('source.mysql.port', 0, 'a port that cannot be', {
    says: 'must be at least 1, not 0',
    serverSays: 'should be greater than or equal to 1',
  }),
  inRegistry('source.mysql.port', '3306', 'a number as text', {
    says: 'must be a number, not "3306"',
    serverSays: 'must be of type integer',
  }),
  inRegistry('source.mysql.table', '', 'an empty table name', {
    says: 'must not be empty',
    serverSays: 'should be at least 1 chars long',
  }),
  inRegistry('source.mysql.tls', { mode: 'Maybe' }, 'an unknown TLS mode', {
    path: 'spec.source.mysql.tls.mode',
    says: 'must be one of "Disabled", "Required", "VerifyCA", "VerifyIdentity", not "Maybe"',
    serverSays: 'supported values: "Disabled", "Required", "VerifyCA", "VerifyIdentity"',
  }),
  ...['30', '0s', '1d', '1m30s', '1.5h', '-1s'].map((interval) =>
    inRegistry('source.syncInterval', interval, `the interval ${interval}`, {
      says: 'syncInterval is a whole number of seconds, minutes or hours above zero, such as 30s, 1m or 2h',
    }),
  ),
  inRegistry('valueMappings.uid', undefined, 'no uid column', {
    says: 'is required',
    serverSays: 'Required value',
  }),
  inRegistry('valueMappings.activate', undefined, 'no activate column', {
    says: 'is required',
    serverSays: 'Required value',
  }),
  inRegistry('extraValueMappings', { uid: 'other' }, 'a mapping that shadows uid', {
    path: 'spec',
    says: 'extraValueMappings may not redefine a built-in variable (uid, hostOrUrl, activate, namespace, registryId, templateRef): choose another name',
  }),
  {
    reason: 'a mapping that shadows the host of hostOrUrl',
    object: withField(
      withField(registry(), 'spec.valueMappings.hostOrUrl', 'domain'),
      'spec.extraValueMappings',
      { host: 'other' },
    ),
    path: 'spec',
    says: 'the variable host already comes from valueMappings.hostOrUrl: remove one of the two',
  },
  inRegistry('extraValueMappings', { 'sub-domain': 'x' }, 'a variable that no expression could read', {
    path: 'spec',
    says: 'a variable name in extraValueMappings is made of letters, digits and underscores, at most 63, and does not begin with a digit',
  }),
  inRegistry('secretValueMappings', { host: 'x' }, 'a secret under a built-in name', {
    path: 'spec',
    says: 'secretValueMappings may not redefine a built-in variable (uid, host, hostOrUrl, activate, namespace, registryId, templateRef): choose another name',
  }),
  inRegistry('secretValueMappings', { '1st': 'x' }, 'a secret variable that no expression could read', {
    path: 'spec',
    says: 'a variable name in secretValueMappings is made of letters, digits and underscores, at most 63, and does not begin with a digit',
  }),
  {
    reason: 'a variable that is secret and is not',
    object: withField(
      withField(registry(), 'spec.extraValueMappings', { token: 'a' }),
      'spec.secretValueMappings',
      {
        token: 'b',
      },
    ),
    path: 'spec',
    says: 'a variable stands in extraValueMappings and in secretValueMappings: keep one of the two',
  },
  inRegistry('deletionGuard', { maxDeletionPercent: 101 }, 'more than all', {
    path: 'spec.deletionGuard.maxDeletionPercent',
    says: 'must be at most 100, not 101',
    serverSays: 'should be less than or equal to 100',
  }),

  inTemplate('registryId', undefined, 'no registry', {
    says: 'is required',
    serverSays: 'Required value',
  }),
  inTemplate('registryId', 'My_Registry', 'a registry that cannot exist', {
    says: 'an object name is made of lower-case letters, digits, hyphens and dots, and begins and ends with a letter or digit',
  }),
  ...['web ingress', 'web/ingress', '-web', 'web-'].map((id) =>
    inTemplate('deployments.0.id', id, `the id ${id}`, {
      path: 'spec.deployments[0].id',
      says: 'an id is made of letters, digits, hyphens, underscores and dots, and begins and ends with a letter or digit, such as web-ingress',
    }),
  ),
  inTemplate('deployments.0.id', 'a'.repeat(64), 'an id that is too long', {
    path: 'spec.deployments[0].id',
    says: 'must be at most 63 characters long',
    serverSays: 'may not be more than 63',
  }),
  inTemplate('deployments', [many(1)[0], many(1)[0]], 'two items with one id', {
    path: 'spec.deployments[1].id',
    says: 'duplicate id "item-0"',
    serverSays: 'spec.deployments[1]: Duplicate value: {"id":"item-0"}',
  }),
  inTemplate('deployments', many(101), 'more items than a list holds', {
    says: 'must have at most 100 entries',
    serverSays: 'must have at most 100 items',
  }),
  inTemplate('deployments.0.spec', undefined, 'an item without a manifest', {
    path: 'spec.deployments[0].spec',
    says: 'is required',
    serverSays: 'Required value',
  }),
  inTemplate('deployments.0.spec', { kind: 'Service' }, 'a Service among the Deployments', {
    path: 'spec.deployments[0].spec',
    says: 'deployments holds only the kind Deployment: leave kind out, or move the item to the list of its kind or to manifests',
  }),
  inTemplate('deployments.0.spec', { apiVersion: 'v1' }, 'the wrong API group', {
    path: 'spec.deployments[0].spec',
    says: 'deployments holds only objects of apps/v1: leave apiVersion out, or move the item to manifests',
  }),
  inTemplate('services.0.spec', { apiVersion: 'serving.knative.dev/v1' }, 'a Service of another group', {
    path: 'spec.services[0].spec',
    says: 'services holds only objects of v1: leave apiVersion out, or move the item to manifests',
  }),
  inTemplate('manifests', [{ id: 'any', spec: { apiVersion: 'v1' } }], 'a manifest of no kind', {
    path: 'spec.manifests[0].spec.kind',
    says: 'is required',
    serverSays: 'Required value',
  }),
  inTemplate('deployments.0.dependIds', ['app'], 'an item that depends on itself', {
    path: 'spec.deployments[0]',
    says: 'an item cannot depend on itself: remove its own id from dependIds',
  }),
  inTemplate('deployments.0.dependIds', ['service', 'service'], 'a dependency named twice', {
    path: 'spec.deployments[0].dependIds[1]',
    says: 'duplicate "service"',
    serverSays: 'Duplicate value: "service"',
  }),
  inTemplate('deployments.0.timeoutSeconds', 3601, 'a timeout above an hour', {
    path: 'spec.deployments[0].timeoutSeconds',
    says: 'must be at most 3600, not 3601',
    serverSays: 'should be less than or equal to 3600',
  }),
  ...(
    [
      ['creationPolicy', ['WhenNeeded', 'Once']],
      ['deletionPolicy', ['Delete', 'Retain']],
      ['conflictPolicy', ['Stuck', 'Force']],
      ['driftPolicy', ['Correct', 'Warn']],
      ['patchStrategy', ['apply', 'merge', 'replace']],
    ] as const
  ).map(([field, values]) => {
    const list = values.map((value) => `"${value}"`).join(', ');
    return inTemplate(`deployments.0.${field}`, 'Maybe', `an unknown ${field}`, {
      path: `spec.deployments[0].${field}`,
      says: `must be one of ${list}, not "Maybe"`,
      serverSays: `supported values: ${list}`,
    });
  }),
  ...[{ column: 'plan' }, { equals: 'free' }, { column: 'plan', equals: 'free', percent: 5 }, {}].map(
    (canary) =>
      inTemplate('rollout', { canary }, `the canary ${JSON.stringify(canary)}`, {
        path: 'spec.rollout.canary',
        says: 'rollout.canary is either column with equals, or percent',
      }),
  ),
  inTemplate('rollout', { progressDeadlineSeconds: 59 }, 'a deadline that is too short', {
    path: 'spec.rollout.progressDeadlineSeconds',
    says: 'must be at least 60, not 59',
    serverSays: 'should be greater than or equal to 60',
  }),
  inTemplate('rollout', { maxFailures: 0 }, 'no failure allowed, so that nothing could begin', {
    path: 'spec.rollout.maxFailures',
    says: 'must be at least 1, not 0',
    serverSays: 'should be greater than or equal to 1',
  }),
  inTemplate('dns', { verification: 'Strict' }, 'an unknown verification', {
    path: 'spec.dns.verification',
    says: 'must be one of "Disabled", "Report", "Gate", not "Strict"',
    serverSays: 'supported values: "Disabled", "Report", "Gate"',
  }),
  inTemplate('dns', { externalDNS: { txtPrefix: 'a-', txtSuffix: '-b' } }, 'a TXT prefix and a suffix', {
    path: 'spec.dns.externalDNS',
    says: 'ExternalDNS takes txtPrefix or txtSuffix, not both: remove one of the two',
  }),
  inTemplate(
    'dns',
    { externalDNS: { annotationPrefix: 'external-dns.kubernetes.io' } },
    'a prefix without slash',
    {
      path: 'spec.dns.externalDNS.annotationPrefix',
      says: 'annotationPrefix is a domain name and a slash, such as external-dns.kubernetes.io/',
    },
  ),

  inTenant('uid', '', 'a tenant without uid', {
    says: 'must not be empty',
    serverSays: 'should be at least 1 chars long',
  }),
  inTenant('values', { plan: 3 }, 'a value that is not text', {
    path: 'spec.values.plan',
    says: 'must be a string, not 3',
    serverSays: 'must be of type string',
  }),
];

/** A change that only the API server can refuse, because it sees the object before it. */
export interface RefusedChange {
  readonly object: JsonObject;
  readonly path: string;
  readonly value: string;
  readonly says: string;
}

export const refusedChanges: readonly RefusedChange[] = [
  {
    object: template(),
    path: 'spec.registryId',
    value: 'others',
    says: 'registryId cannot be changed: make a new TenantTemplate for the other registry',
  },
  {
    object: tenant(),
    path: 'spec.uid',
    value: 'other',
    says: 'uid cannot be changed: it is the identity of the tenant',
  },
  {
    object: tenant(),
    path: 'spec.registryId',
    value: 'others',
    says: 'registryId cannot be changed: the operator makes Tenants from rows',
  },
  {
    object: tenant(),
    path: 'spec.templateRef',
    value: 'other',
    says: 'templateRef cannot be changed: the operator makes Tenants from rows',
  },
];

interface Answer {
  readonly path?: string;
  readonly says: string;
  readonly serverSays?: string;
}

function inRegistry(field: string, value: unknown, reason: string, answer: Answer): Refused {
  return refusal(registry(), field, value, reason, answer);
}

function inTemplate(field: string, value: unknown, reason: string, answer: Answer): Refused {
  return refusal(template(), field, value, reason, answer);
}

function inTenant(field: string, value: unknown, reason: string, answer: Answer): Refused {
  return refusal(tenant(), field, value, reason, answer);
}

function refusal(base: JsonObject, field: string, value: unknown, reason: string, answer: Answer): Refused {
  return { reason, object: withField(base, `spec.${field}`, value), path: `spec.${field}`, ...answer };
}
