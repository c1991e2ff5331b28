/** What stands around an ExternalDNS: its pods, log, account, rights and Secrets. */
import type { KubeClient, KubeObject, ResourceType } from '@tenant-operator/kube';
import { GUIDE_RELEASE, type Installation, parseRelease, rulesFor } from '../../external-dns/index.ts';
import type { InstallationFacts, Reading } from '../facts.ts';
import { attempt, mapReading, readList } from './read.ts';

const accountType: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
};
const secretType: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};

const logLines = 100;
/** A line of a log is cut here: enough to tell what the provider said. */
const maxLine = 300;

interface Pod extends KubeObject {
  readonly status?: {
    readonly phase?: string;
    readonly containerStatuses?: readonly {
      readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
      readonly lastState?: {
        readonly terminated?: {
          readonly reason?: string;
          readonly exitCode?: number;
          readonly message?: string;
        };
      };
    }[];
  };
}

export async function gatherInstallation(
  client: KubeClient,
  installation: Installation,
): Promise<InstallationFacts> {
  const { namespace, selector } = installation;
  const pods = await readList<Pod>(client, {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace,
    labelSelector: Object.entries(selector)
      .map(([name, value]) => `${name}=${value}`)
      .join(','),
  });
  const [errors, account, missingRights, missingSecrets] = await Promise.all([
    readErrors(client, namespace, pods),
    readAccount(client, installation),
    readRights(client, installation),
    readSecrets(client, installation),
  ]);
  return {
    failures: mapReading(pods, (items) => [...new Set(items.flatMap(failuresOf))]),
    errors,
    account,
    missingRights,
    missingSecrets,
  };
}

function failuresOf({ status }: Pod): string[] {
  return (status?.containerStatuses ?? []).flatMap(({ state, lastState }) => {
    const waiting = state?.waiting;
    if (!waiting?.reason) return [];
    const ended = lastState?.terminated;
    const before = ended ? `, ended before with exit code ${ended.exitCode}` : '';
    return [`${waiting.reason}${before}`];
  });
}

async function readErrors(
  client: KubeClient,
  namespace: string,
  pods: Reading<readonly Pod[]>,
): Promise<Reading<readonly string[]>> {
  if (pods.kind !== 'read') return pods;
  const [pod] = pods.value.filter(({ status }) => status?.phase === 'Running');
  if (!pod) return { kind: 'read', value: [] };
  return attempt(async () => {
    const { body } = await client.request({
      method: 'GET',
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod.metadata.name)}/log`,
      query: { tailLines: String(logLines) },
    });
    return { kind: 'read', value: errorLines(typeof body === 'string' ? body : '') };
  });
}

/** Lines of level error or fatal, as logrus writes them in text and in JSON; by their message. */
export function errorLines(log: string): string[] {
  return log.split('\n').flatMap((line) => {
    if (!/\blevel=(?:error|fatal)\b|"level":"(?:error|fatal)"/.test(line)) return [];
    const message = /\bmsg="((?:[^"\\]|\\.)*)"|\bmsg=(\S+)|"msg":"((?:[^"\\]|\\.)*)"/.exec(line);
    return [(message?.[1] ?? message?.[2] ?? message?.[3] ?? line).slice(0, maxLine)];
  });
}

function readAccount(client: KubeClient, { namespace, serviceAccount }: Installation) {
  return attempt<Readonly<Record<string, string>> | undefined>(async () => {
    const found = await client.get(accountType, { namespace, name: serviceAccount });
    return { kind: 'read', value: found && (found.metadata.annotations ?? {}) };
  });
}

/** Asks the server, whatever grants rights there. */
function readRights(client: KubeClient, installation: Installation): Promise<Reading<readonly string[]>> {
  const { namespace, serviceAccount, sources, watched } = installation;
  const release = installation.release ?? parseRelease(GUIDE_RELEASE);
  const user = `system:serviceaccount:${namespace}:${serviceAccount}`;
  const needs = release ? rulesFor(release) : [];
  const wanted = needs.flatMap(({ apiGroups, resources, verbs }) =>
    resources
      .filter((resource) => sources.includes('ingress') || resource !== 'ingresses')
      .filter((resource) => sources.includes('service') || resource === 'ingresses')
      // With list and without watch it goes on, though later: the guide's manifest has it so for Nodes.
      .flatMap((resource) =>
        (resource === 'nodes' ? ['list'] : verbs).map((verb) => ({
          group: apiGroups[0] ?? '',
          resource,
          verb,
        })),
      ),
  );
  return attempt(async () => {
    const missing: string[] = [];
    for (const { group, resource, verb } of wanted) {
      const { body } = await client.request({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: {
            user,
            groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
            resourceAttributes: {
              group,
              resource,
              verb,
              ...(watched === undefined ? {} : { namespace: watched }),
            },
          },
        },
      });
      const { status } = body as { status?: { allowed?: boolean } };
      if (status?.allowed !== true) missing.push(`${verb} ${resource}${group === '' ? '' : `.${group}`}`);
    }
    return { kind: 'read', value: missing };
  });
}

/** Whether the keys are there; what they hold goes nowhere. */
function readSecrets(
  client: KubeClient,
  { namespace, secrets }: Installation,
): Promise<Reading<readonly string[]>> {
  return attempt(async () => {
    const missing: string[] = [];
    for (const { secret, key, optional } of secrets) {
      const found = await client.get(secretType, { namespace, name: secret });
      const value = (found?.data as Record<string, string> | undefined)?.[key];
      const isPlaceholder = /^your[_-]/i.test(Buffer.from(value ?? '', 'base64').toString('utf8'));
      if ((value === undefined && !optional) || isPlaceholder)
        missing.push(`Secret ${namespace}/${secret} key ${key}`);
    }
    return { kind: 'read', value: missing };
  });
}
