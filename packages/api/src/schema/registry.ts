import * as z from 'zod';
import { atomicList, count, type Rule, stringMap, text, time, withRules, word } from './build.ts';
import { secretKeyRefSchema, statusHead, statusTail } from './common.ts';

/** Variables that every template has; a mapping cannot take their names. */
export const BUILT_IN_VARIABLES = [
  'uid',
  'host',
  'hostOrUrl',
  'activate',
  'namespace',
  'registryId',
  'templateRef',
] as const;

const tlsSchema = z.object({
  mode: z
    .enum(['Disabled', 'Required', 'VerifyCA', 'VerifyIdentity'])
    .default('VerifyIdentity')
    .describe(
      'Disabled: plain text. Required: encrypted, any certificate. VerifyCA: the certificate must come from a trusted authority. VerifyIdentity: and be for this host.',
    ),
  caRef: secretKeyRefSchema
    .exactOptional()
    .describe(
      "Certificate authorities to trust, in PEM, in a key of a Secret in the registry's namespace; by default those of the system.",
    ),
});

function connection(port: number) {
  return {
    host: text(253).describe('Host name or address of the database.'),
    port: z.int32().min(1).max(65535).default(port).describe(`TCP port of the database, ${port} by default.`),
    database: text(128).describe('Name of the database.'),
    table: text(128).describe(
      'Name of the table or view that holds one row per tenant. A view is the place for filters.',
    ),
    username: text(128)
      .exactOptional()
      .describe('Name of the database user; read access to the table suffices. Either this or usernameRef.'),
    usernameRef: secretKeyRefSchema
      .exactOptional()
      .describe('Key of a Secret that holds the name of the database user. Either this or username.'),
    passwordRef: secretKeyRefSchema
      .exactOptional()
      .describe('Key of a Secret that holds the password of the database user.'),
    tls: tlsSchema
      .exactOptional()
      .describe('Encryption of the connection; without it the connection is plain text.'),
  };
}

const oneUsername: Rule<{ username?: string; usernameRef?: unknown }> = {
  rule: 'has(self.username) != has(self.usernameRef)',
  message: 'set exactly one of username (plain text) and usernameRef (a key of a Secret)',
  holds: (value) => (value.username !== undefined) !== (value.usernameRef !== undefined),
};

const mysqlSchema = withRules(z.object(connection(3306)), oneUsername);

const postgresqlSchema = withRules(
  z.object({
    ...connection(5432),
    notifyChannel: text(63)
      .exactOptional()
      .describe(
        'Channel of LISTEN/NOTIFY on which a notification makes the next sync happen at once. The full read stays the truth.',
      ),
  }),
  oneUsername,
);

const sourceSchema = withRules(
  z.object({
    type: z
      .enum(['mysql', 'postgresql'])
      .describe(
        'Kind of database: mysql (MariaDB too) or postgresql. The settings stand in the field of that name.',
      ),
    syncInterval: word(
      /^0*[1-9][0-9]*(s|m|h)$/,
      10,
      'syncInterval is a whole number of seconds, minutes or hours above zero, such as 30s, 1m or 2h',
    )
      .default('30s')
      .describe('Time between two reads of the table: a whole number and s, m or h, 30s by default.'),
    mysql: mysqlSchema.exactOptional().describe('The MySQL or MariaDB database, for type mysql.'),
    postgresql: postgresqlSchema.exactOptional().describe('The PostgreSQL database, for type postgresql.'),
  }),
  {
    rule: "self.type != 'mysql' || has(self.mysql)",
    message: 'source.type mysql needs source.mysql with host, database and table',
    holds: (source) => source.type !== 'mysql' || source.mysql !== undefined,
  },
  {
    rule: "self.type == 'mysql' || !has(self.mysql)",
    message: 'source.mysql belongs to source.type mysql: remove it or change the type',
    holds: (source) => source.type === 'mysql' || source.mysql === undefined,
  },
  {
    rule: "self.type != 'postgresql' || has(self.postgresql)",
    message: 'source.type postgresql needs source.postgresql with host, database and table',
    holds: (source) => source.type !== 'postgresql' || source.postgresql !== undefined,
  },
  {
    rule: "self.type == 'postgresql' || !has(self.postgresql)",
    message: 'source.postgresql belongs to source.type postgresql: remove it or change the type',
    holds: (source) => source.type === 'postgresql' || source.postgresql === undefined,
  },
);

const column = (): z.ZodString => text(128);

const valueMappingsSchema = z.object({
  uid: column().describe('Column with the unique and stable id of the tenant.'),
  activate: column().describe(
    'Column that says whether the tenant runs: 1, true, yes, y, on, t (any case) or 0, false, no, n, off, f, empty, NULL.',
  ),
  hostOrUrl: column()
    .exactOptional()
    .describe('Column with the host or URL of the tenant; fills the variables hostOrUrl and host.'),
});

const mappings = (): ReturnType<typeof stringMap> => stringMap(column(), 64);

const deletionGuardSchema = z.object({
  maxDeletions: count()
    .default(10)
    .describe('Up to this many deletions within ten minutes always go on, 10 by default.'),
  maxDeletionPercent: count()
    .max(100)
    .default(25)
    .describe(
      'Up to this share of the tenants may be deleted within ten minutes, 25 by default. Deletions are held when both limits are exceeded; 100 switches the share off.',
    ),
});

const specObject = z.object({
  source: sourceSchema.describe('The table that holds one row per tenant.'),
  valueMappings: valueMappingsSchema.describe('The columns that every registry needs.'),
  extraValueMappings: mappings()
    .exactOptional()
    .describe('More template variables: variable name to column name.'),
  secretValueMappings: mappings()
    .exactOptional()
    .describe(
      'Template variables whose values are secret: variable name to column name. The values live only in Secrets and may be used only in secrets items.',
    ),
  suspend: z
    .boolean()
    .default(false)
    .describe('True stops every change to the tenants of this registry; nothing is lost when it ends.'),
  deletionGuard: deletionGuardSchema
    .prefault({})
    .describe('How many tenants may go at once before the operator holds the deletions and asks.'),
});

type Spec = z.output<typeof specObject>;

const fixedVariables = BUILT_IN_VARIABLES.filter((name) => name !== 'host');
const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

function mappingRules(
  field: 'extraValueMappings' | 'secretValueMappings',
  taken: readonly string[],
): Rule<Spec>[] {
  const keys = (spec: Spec): string[] => Object.keys(spec[field] ?? {});
  return [
    {
      rule: `!has(self.${field}) || self.${field}.all(name, name.matches('${variableName.source}'))`,
      message: `a variable name in ${field} is made of letters, digits and underscores, at most 63, and does not begin with a digit`,
      holds: (spec) => keys(spec).every((name) => variableName.test(name)),
    },
    {
      rule: `!has(self.${field}) || !self.${field}.exists(name, name in [${taken.map((name) => `'${name}'`).join(', ')}])`,
      message: `${field} may not redefine a built-in variable (${taken.join(', ')}): choose another name`,
      holds: (spec) => !keys(spec).some((name) => taken.includes(name)),
    },
  ];
}

export const registrySpecSchema = withRules(
  specObject,
  ...mappingRules('extraValueMappings', fixedVariables),
  {
    rule: "!has(self.extraValueMappings) || !('host' in self.extraValueMappings) || !has(self.valueMappings.hostOrUrl)",
    message: 'the variable host already comes from valueMappings.hostOrUrl: remove one of the two',
    holds: ({ extraValueMappings, valueMappings }) =>
      extraValueMappings?.host === undefined || valueMappings.hostOrUrl === undefined,
  },
  ...mappingRules('secretValueMappings', BUILT_IN_VARIABLES),
  {
    rule: '!has(self.secretValueMappings) || !has(self.extraValueMappings) || !self.secretValueMappings.exists(name, name in self.extraValueMappings)',
    message: 'a variable stands in extraValueMappings and in secretValueMappings: keep one of the two',
    holds: ({ extraValueMappings, secretValueMappings }) =>
      !Object.keys(secretValueMappings ?? {}).some((name) => Object.hasOwn(extraValueMappings ?? {}, name)),
  },
);

const quarantinedRowSchema = z.object({
  uid: z.string().describe('The uid of the row as the table has it; empty for NULL.'),
  template: z
    .string()
    .exactOptional()
    .describe('The template that the row cannot be used with; absent for all.'),
  reason: z.string().describe('Why, in one CamelCase word.'),
  message: z.string().describe('Why, in one line.'),
  since: time().describe('When the row was first found unusable.'),
});

const heldDeletionsSchema = z.object({
  digest: z
    .string()
    .describe(
      'Digest of the list; the annotation kubernetes-tenants.org/approve-deletions with this value approves it, once.',
    ),
  count: count().describe('How many tenants would be deleted.'),
  tenants: atomicList(z.string()).describe('Their names, sorted; at most 1000 are listed.'),
  since: time().describe('When the deletions were first held.'),
});

const recentDeletionsSchema = z.object({
  time: time().describe('When the deletions began.'),
  tenants: atomicList(z.string()).describe('Names of the tenants.'),
});

const leftoverRecordSchema = z.object({
  name: z.string().describe('DNS name of the record.'),
  type: z.string().describe('Record type, such as A.'),
  tenant: z.string().describe('The Tenant that the record belonged to.'),
  owner: z.string().exactOptional().describe('Owner id in the ownership TXT record, where there is one.'),
  reason: z.string().describe('Why it is still there, in one CamelCase word.'),
  since: time().describe('When the Tenant was released without it.'),
});

const dnsCountsSchema = z.object({
  expected: count().describe('Records that the resources of all tenants ask for.'),
  published: count().describe('Those that all name servers of their zone answer.'),
});

export const registryStatusSchema = z.object({
  ...statusHead,
  referencingTemplates: count().exactOptional().describe('Templates that name this registry.'),
  desired: count().exactOptional().describe('Tenants that should exist: active rows times templates.'),
  ready: count().exactOptional().describe('Tenants that are ready.'),
  failed: count().exactOptional().describe('Tenants with a failed or conflicting resource.'),
  quarantined: count().exactOptional().describe('Rows that cannot be used.'),
  quarantinedRows: atomicList(quarantinedRowSchema)
    .exactOptional()
    .describe('The rows that cannot be used and why, sorted by uid; at most 100 are listed.'),
  heldDeletions: heldDeletionsSchema.exactOptional().describe('The deletions that wait for an approval.'),
  recentDeletions: atomicList(recentDeletionsSchema)
    .exactOptional()
    .describe(
      'Deletions of the last ten minutes, which the guard counts; older ones go with the next write.',
    ),
  leftoverRecords: atomicList(leftoverRecordSchema)
    .exactOptional()
    .describe('DNS records that outlived their Tenant and that nothing will delete; at most 100 are listed.'),
  dns: dnsCountsSchema.exactOptional().describe('DNS records of all tenants.'),
  lastSyncTime: time()
    .exactOptional()
    .describe('A successful read of the table; written only when something else in the status changed too.'),
  ...statusTail,
});

export type RegistrySpec = Spec;
export type RegistryStatus = z.output<typeof registryStatusSchema>;
export type RegistrySource = z.output<typeof sourceSchema>;
export type MysqlSource = z.output<typeof mysqlSchema>;
export type PostgresqlSource = z.output<typeof postgresqlSchema>;
export type SourceTls = z.output<typeof tlsSchema>;
export type DeletionGuard = z.output<typeof deletionGuardSchema>;
export type QuarantinedRow = z.output<typeof quarantinedRowSchema>;
export type HeldDeletions = z.output<typeof heldDeletionsSchema>;
export type LeftoverRecord = z.output<typeof leftoverRecordSchema>;
