/** What pods and events say of objects that are not ready: the cause is seldom in the object itself. */
import { ApiError, type KubeClient, type KubeObject, type ResourceType } from '@tenant-operator/kube';

const core = (kind: string, plural: string): ResourceType => ({
  group: '',
  version: 'v1',
  kind,
  plural,
  namespaced: true,
});
const podType = core('Pod', 'pods');
const eventType = core('Event', 'events');
const ingressClassType: ResourceType = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
};

const maxPods = 3;
const maxEvents = 3;

/** Lines, the most telling first; none where there is nothing to see or the person may not see it. */
export async function cluesOf(client: KubeClient, object: KubeObject): Promise<string[]> {
  const [pods, events, ingress] = await Promise.all([
    podLines(client, object),
    eventLines(client, object),
    ingressLines(client, object),
  ]);
  return [...pods, ...ingress, ...events];
}

async function podLines(client: KubeClient, object: KubeObject): Promise<string[]> {
  const selector = selectorOf(object);
  if (selector === undefined) return [];
  const pods = await listed(client, podType, {
    namespace: object.metadata.namespace ?? '',
    labelSelector: selector,
  });
  const told = pods.flatMap((pod) => {
    const line = podTrouble(pod);
    return line === undefined ? [] : [`pod ${pod.metadata.name}: ${line}`];
  });
  const more = told.length - maxPods;
  return [...told.slice(0, maxPods), ...(more > 0 ? [`and ${more} more pods`] : [])];
}

/** `a=b,c in (d,e)` of workloads; undefined for what has no pods. */
export function selectorOf({ kind, spec }: KubeObject): string | undefined {
  if (!['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'].includes(kind)) return undefined;
  const { selector } = (spec ?? {}) as {
    selector?: {
      matchLabels?: Readonly<Record<string, string>>;
      matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
    };
  };
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([name, value]) => `${name}=${value}`);
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  const all = [...labels, ...expressions];
  return all.length === 0 ? undefined : all.join(',');
}

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number; readonly message?: string };
  };
}

/** What keeps a pod from being ready, in one line; undefined when nothing does. Pure. */
export function podTrouble({ status }: KubeObject): string | undefined {
  const {
    phase,
    conditions = [],
    containerStatuses = [],
    initContainerStatuses = [],
    reason,
    message,
  } = (status ?? {}) as {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: readonly { type: string; status: string; reason?: string; message?: string }[];
    containerStatuses?: readonly ContainerStatus[];
    initContainerStatuses?: readonly ContainerStatus[];
  };
  const isTrue = (type: string) => conditions.some((c) => c.type === type && c.status === 'True');
  if (isTrue('Ready') || phase === 'Succeeded') return undefined;
  const unscheduled = conditions.find((c) => c.type === 'PodScheduled' && c.status === 'False');
  if (unscheduled) return words(unscheduled.reason ?? 'Unschedulable', unscheduled.message);
  for (const container of [...initContainerStatuses, ...containerStatuses]) {
    const { waiting, terminated } = container.state ?? {};
    const restarts = container.restartCount ? `, restarted ${container.restartCount} times` : '';
    if (waiting && waiting.reason !== 'PodInitializing')
      return `container ${container.name}: ${words(waiting.reason ?? 'waiting', waiting.message)}${restarts}`;
    if (terminated && terminated.exitCode !== 0)
      return `container ${container.name}: ${words(terminated.reason ?? 'terminated', terminated.message)} (exit code ${terminated.exitCode})${restarts}`;
  }
  if (reason !== undefined) return words(reason, message);
  const unready = containerStatuses.find(({ ready }) => ready === false);
  if (unready) return `container ${unready.name} is not ready: its readiness probe does not succeed yet`;
  return phase === 'Failed' ? words('Failed', message) : `it is ${phase ?? 'Pending'}`;
}

/** The usual controllers give addresses only to Ingresses of their class. */
async function ingressLines(client: KubeClient, { kind, spec, status }: KubeObject): Promise<string[]> {
  if (kind !== 'Ingress') return [];
  const { loadBalancer } = (status ?? {}) as { loadBalancer?: { ingress?: readonly unknown[] } };
  if ((loadBalancer?.ingress ?? []).length > 0) return [];
  const { ingressClassName } = (spec ?? {}) as { ingressClassName?: string };
  try {
    if (ingressClassName === undefined)
      return ['it names no ingressClassName: only a controller of the default class takes it'];
    const found = await client.get(ingressClassType, { name: ingressClassName });
    if (!found) return [`there is no IngressClass "${ingressClassName}": is its controller installed?`];
    const { controller } = (found.spec ?? {}) as { controller?: string };
    return [
      `its class "${ingressClassName}" belongs to ${controller ?? 'nobody'}: does that controller run?`,
    ];
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}

interface EventObject {
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

async function eventLines(client: KubeClient, { metadata }: KubeObject): Promise<string[]> {
  const events = await listed(client, eventType, {
    namespace: metadata.namespace ?? 'default',
    fieldSelector: `involvedObject.uid=${metadata.uid},type=Warning`,
  });
  const told = events
    .map((object) => {
      const event = object as unknown as EventObject;
      return {
        time: event.lastTimestamp ?? event.eventTime ?? object.metadata.creationTimestamp ?? '',
        text: `event ${words(event.reason ?? '', event.message)}`,
      };
    })
    .sort((a, b) => (a.time < b.time ? 1 : -1));
  return [...new Set(told.map(({ text }) => text))].slice(0, maxEvents);
}

async function listed(
  client: KubeClient,
  type: ResourceType,
  options: { readonly namespace: string; readonly labelSelector?: string; readonly fieldSelector?: string },
): Promise<KubeObject[]> {
  try {
    for await (const page of client.list(type, { ...options, limit: 50 })) return page.items;
    return [];
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}

function words(reason: string, message = ''): string {
  const text = message.replaceAll(/\s+/g, ' ').trim();
  return text === '' ? reason : `${reason}: ${text.length > 200 ? `${text.slice(0, 197)}...` : text}`;
}
