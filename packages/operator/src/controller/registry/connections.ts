/** One open source a registry; opened again when its spec changed or a read failed. */
import type { TenantRegistry } from '@tenant-operator/api';
import { ApiError, type KubeObject, type ResourceType } from '@tenant-operator/kube';
import { canonicalJson } from '../../children/index.ts';
import type { CreateSource, Source, SourceConnection, SourceFailure } from '../../source/index.ts';
import type { ControllerContext } from '../context.ts';

export interface Connections {
  of(
    key: string,
    registry: TenantRegistry,
  ): Promise<{ readonly source: Source } | { readonly failure: SourceFailure }>;
  drop(key: string): Promise<void>;
  close(): Promise<void>;
}

export type ConnectByType = Readonly<
  Record<'mysql' | 'postgresql', (connection: SourceConnection) => ReturnType<CreateSource>>
>;

const secretType: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};
const defaultPorts = { mysql: 3306, postgresql: 5432 } as const;

/** `onHint` is called with a registry's key when its database says that the table may have changed. */
export function createConnections(
  context: ControllerContext,
  connect: Partial<ConnectByType>,
  onHint: (key: string) => void,
): Connections {
  const open = new Map<string, { version: string; source: Source }>();

  async function drop(key: string): Promise<void> {
    const known = open.get(key);
    open.delete(key);
    await known?.source.close();
  }

  return {
    async of(key, registry) {
      const version = `${registry.metadata.uid} ${canonicalJson(registry.spec.source)}`;
      const known = open.get(key);
      if (known?.version === version) return { source: known.source };
      await drop(key);
      const connection = await connectionOf(context, registry);
      if ('reason' in connection) return { failure: connection };
      const { type } = registry.spec.source;
      const create = connect[type];
      if (!create) {
        return {
          failure: {
            reason: 'InvalidSpec',
            message: `source.type "${type}" is not supported by this release`,
          },
        };
      }
      const source = create(connection);
      open.set(key, { version, source });
      source.watch?.({
        onHint: () => onHint(key),
        onTrouble: ({ reason, message }) => context.log.warn({ registry: key, reason }, message),
      });
      return { source };
    },
    drop,
    async close() {
      await Promise.all([...open.keys()].map(drop));
    },
  };
}

/** Reads the Secrets that the source refers to; what is missing is named with its Secret and key. */
export async function connectionOf(
  context: Pick<ControllerContext, 'client'>,
  { metadata, spec }: TenantRegistry,
): Promise<SourceConnection | SourceFailure> {
  const { type } = spec.source;
  const database = spec.source[type];
  if (!database)
    return { reason: 'InvalidSpec', message: `source.type is ${type}, but source.${type} is missing` };
  const secrets = new Map<string, KubeObject | undefined>();
  const read = async (ref: { name: string; key: string }, field: string): Promise<string | SourceFailure> => {
    try {
      const place = { name: ref.name, namespace: metadata.namespace ?? '' };
      if (!secrets.has(ref.name)) secrets.set(ref.name, await context.client.get(secretType, place));
    } catch (error) {
      if (!(error instanceof ApiError && error.isForbidden)) throw error;
      const message = `source.${type}.${field}: the operator may not read Secret "${ref.name}" in namespace "${metadata.namespace}": grant its ServiceAccount get on secrets`;
      return { reason: 'CredentialsNotFound', message };
    }
    const secret = secrets.get(ref.name);
    const data = secret?.data as Record<string, string> | undefined;
    const value = data?.[ref.key];
    if (value !== undefined) return Buffer.from(value, 'base64').toString('utf8');
    const what = secret
      ? `Secret "${ref.name}" has no key "${ref.key}"`
      : `Secret "${ref.name}" does not exist`;
    return {
      reason: 'CredentialsNotFound',
      message: `source.${type}.${field}: ${what} in namespace "${metadata.namespace}"`,
    };
  };
  const username = database.usernameRef
    ? await read(database.usernameRef, 'usernameRef')
    : (database.username ?? '');
  if (typeof username !== 'string') return username;
  const password = database.passwordRef ? await read(database.passwordRef, 'passwordRef') : '';
  if (typeof password !== 'string') return password;
  const ca = database.tls?.caRef ? await read(database.tls.caRef, 'tls.caRef') : undefined;
  if (ca !== undefined && typeof ca !== 'string') return ca;
  return {
    host: database.host,
    port: database.port ?? defaultPorts[type],
    database: database.database,
    table: database.table,
    username,
    password,
    ...('notifyChannel' in database && database.notifyChannel !== undefined
      ? { notifyChannel: database.notifyChannel }
      : {}),
    ...(database.tls ? { tls: { mode: database.tls.mode, ...(ca === undefined ? {} : { ca }) } } : {}),
  };
}
