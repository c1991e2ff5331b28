/**
 * The sandbox in the place of the rig: the same suites in seconds, with npm and kubectl alone. What has no counterpart
 * there (etcd, MariaDB as a process, kwok) throws when it is asked for.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ObservedRequest, startSandbox } from '@tenant-operator/sandbox';
import { startDns } from '@tenant-operator/sandbox/dns';
import { startMysql } from '@tenant-operator/sandbox/mysql';
import { createApi, startNeighbours } from '@tenant-operator/sandbox/neighbours';
import { createPlainApi } from './access/api.ts';
import { type AuditEvent, matchesAudit } from './access/audit.ts';
import { RigError } from './errors.ts';
import type { Rig, RigOptions } from './index.ts';
import { NO_ADDRESS_LABEL } from './parts/stages.ts';
import type { Part } from './process/part.ts';
import { createWorkspace } from './process/workspace.ts';
import { serviceAccountUser } from './support/forbidden.ts';
import { OPERATOR_ACCOUNT } from './support/operator.ts';
import { CREDENTIALS } from './support/prepare.ts';

const operatorToken = 'the-operator-of-the-tests';
const admin = { user: 'admin', password: 'admin', database: 'tenants' };

export async function startSandboxRig(options: RigOptions): Promise<Rig> {
  const workspace = createWorkspace(options.logsDir === undefined ? {} : { logsDir: options.logsDir });
  try {
    const events: AuditEvent[] = [];
    const cluster = await startSandbox({
      tokens: {
        [operatorToken]: { name: serviceAccountUser(OPERATOR_ACCOUNT), groups: ['system:authenticated'] },
      },
      onRequest: (request) => events.push(auditEvent(request)),
    });
    workspace.onClose(() => cluster.stop());
    const mysql = await startMysql({
      database: admin.database,
      users: {
        [admin.user]: { password: admin.password },
        [CREDENTIALS.username]: { password: CREDENTIALS.password, readOnly: true },
      },
    });
    workspace.onClose(() => mysql.stop());
    const dns =
      options.dns === false
        ? undefined
        : await startDns({ zones: ['example.com', 'example.io'], negativeTtl: 1 });
    if (dns) workspace.onClose(() => dns.stop());
    const neighbours = startNeighbours(createApi(cluster), {
      addresses: { noAddressLabel: NO_ADDRESS_LABEL },
      ...(dns && options.externalDns !== false ? { zones: dns.zones } : {}),
    });
    workspace.onClose(() => neighbours.stop());
    const api = createPlainApi(cluster.url);
    workspace.onClose(() => api.close());
    const access = { ...admin, host: mysql.host, port: mysql.port };
    const part = (name: string): Part => {
      const found = workspace.parts.get(name);
      if (!found) throw absent(name);
      return found;
    };
    return {
      workspace,
      server: cluster.url,
      kubeconfig: cluster.writeKubeconfig(join(workspace.dir, 'admin.kubeconfig')),
      api,
      get certificateAuthority(): never {
        throw absent('a certificate authority');
      },
      get etcdUrl(): never {
        throw absent('etcd');
      },
      kubeconfigFor(account) {
        if (account !== OPERATOR_ACCOUNT) throw absent(`a token of ${account}`);
        const file = join(workspace.dir, 'operator.kubeconfig');
        writeFileSync(file, cluster.kubeconfig.replaceAll(cluster.token, operatorToken), { mode: 0o600 });
        return Promise.resolve(file);
      },
      apiFor: () => Promise.reject(absent('a way for a ServiceAccount besides its kubeconfig')),
      kubeconfigForUser: () => Promise.reject(absent('a client certificate')),
      auditMark: () => events.length,
      auditEvents: ({ since = 0, ...filter } = {}) =>
        events.slice(since).filter((event) => matchesAudit(event, filter)),
      mysql: access,
      database: {
        admin: access,
        socket: '',
        createReader: (user, password) => Promise.resolve({ ...access, user, password }),
      },
      get dns() {
        if (!dns) throw absent('DNS');
        return { host: dns.host, port: dns.port } as Rig['dns'];
      },
      get kwok(): never {
        throw absent('kwok');
      },
      externalDns: [],
      part,
      restart: (name) => part(name).restart(),
      kill: (name) => part(name).kill(),
      pause: (name) => part(name).pause(),
      resume: (name) => part(name).resume(),
      logs: (name, lines) => part(name).logs(lines),
      stop: () => workspace.close(),
    };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

function absent(what: string): RigError {
  return new RigError('PART_MISSING', `the sandbox has no counterpart of ${what}: run the suite on the rig`);
}

function auditEvent({
  verb,
  uri,
  user,
  group,
  version,
  resource,
  subresource,
  namespace,
  name,
  code,
}: ObservedRequest): AuditEvent {
  const now = new Date().toISOString();
  return {
    verb,
    requestURI: uri,
    user: { username: user },
    stage: 'ResponseComplete',
    objectRef: {
      resource,
      ...(namespace === '' ? {} : { namespace }),
      ...(name === '' ? {} : { name }),
      ...(group === '' ? {} : { apiGroup: group }),
      apiVersion: version,
      ...(subresource === '' ? {} : { subresource }),
    },
    responseStatus: { code },
    requestReceivedTimestamp: now,
    stageTimestamp: now,
  };
}
