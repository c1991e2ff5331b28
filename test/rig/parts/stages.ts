/** Which of kwok's stages run; a test that wants an Ingress to stay without address leaves that one out. */
export interface StageSwitches {
  /** Pods become ready, and complete when a Job owns them. Default true. */
  pods: boolean;
  /** Ingresses get an address. Default true. */
  ingressAddress: boolean;
  /** Services of type LoadBalancer get an address. Default true. */
  serviceAddress: boolean;
}

export const ALL_STAGES: StageSwitches = { pods: true, ingressAddress: true, serviceAddress: true };

/** What the stages hand out: documentation addresses (RFC 5737), which lead nowhere. */
export const INGRESS_ADDRESS = '192.0.2.10';
export const SERVICE_ADDRESS = '192.0.2.20';
/** Where the data path's Gateways are; nobody hands it out here. */
export const GATEWAY_ADDRESS = '192.0.2.30';

/**
 * An object that carries this label gets no address while the others do. Unlike a switched-off stage it needs no
 * restart of kwok, and it can be taken away from a living object.
 */
export const NO_ADDRESS_LABEL = 'rig.kubernetes-tenants.org/no-address';

interface Requirement {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values?: string[];
}

interface StageSpec {
  resourceRef: { apiGroup: string; kind: string };
  selector: { matchExpressions: Requirement[] };
  delay?: { durationMilliseconds: number; jitterDurationMilliseconds?: number };
  next: { statusTemplate?: string; finalizers?: { empty: true }; delete?: true };
  immediateNextStage?: boolean;
}

const POD = { apiGroup: 'v1', kind: 'Pod' };
const NODE = { apiGroup: 'v1', kind: 'Node' };
const living: Requirement = { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' };
const readyStatus = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const wantsAddress: Requirement[] = [
  living,
  { key: '.status.loadBalancer.ingress', operator: 'DoesNotExist' },
  { key: `.metadata.labels["${NO_ADDRESS_LABEL}"]`, operator: 'DoesNotExist' },
];

/** kwok reads templates of YAML; indentation is part of them. */
const CONDITIONS = `
{{ $now := Now }}
{{ $since := or .metadata.creationTimestamp $now }}
conditions:
{{ range NodeConditions }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $since | Quote }}
{{ end }}`;

const NODE_READY = `${CONDITIONS}
addresses:
- type: InternalIP
  address: {{ NodeIP | Quote }}
- type: Hostname
  address: {{ .metadata.name | Quote }}
allocatable: { cpu: 1k, memory: 1Ti, pods: 100k }
capacity: { cpu: 1k, memory: 1Ti, pods: 100k }
phase: Running`;

const POD_READY = `
{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ PodIPWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) | Quote }}
conditions:
{{ range tuple "Initialized" "ContainersReady" "Ready" }}
- { type: {{ . }}, status: "True", lastTransitionTime: {{ $now | Quote }} }
{{ end }}
{{ range .spec.readinessGates }}
- { type: {{ .conditionType | Quote }}, status: "True", lastTransitionTime: {{ $now | Quote }} }
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: true
  restartCount: 0
  state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: true
  started: true
  restartCount: 0
  state: { running: { startedAt: {{ $now | Quote }} } }
{{ end }}`;

const POD_COMPLETE = `
{{ $now := Now }}
phase: Succeeded
conditions:
{{ range tuple "Ready" "ContainersReady" }}
- { type: {{ . }}, status: "False", reason: PodCompleted, lastTransitionTime: {{ $now | Quote }} }
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: false
  started: false
  restartCount: 0
  state: { terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }
{{ end }}`;

const address = (ip: string): string => `loadBalancer: { ingress: [ { ip: ${ip} } ] }`;

/** kwok's configuration for these switches: one Stage a document. A node and the end of pods are always played. */
export function stageConfig(switches: StageSwitches): string {
  const stages: Record<string, StageSpec> = {
    'node-ready': {
      resourceRef: NODE,
      selector: { matchExpressions: [{ key: readyStatus, operator: 'NotIn', values: ['True'] }] },
      next: { statusTemplate: NODE_READY },
      immediateNextStage: true,
    },
    'node-heartbeat': {
      resourceRef: NODE,
      selector: { matchExpressions: [{ key: readyStatus, operator: 'In', values: ['True'] }] },
      delay: { durationMilliseconds: 120_000, jitterDurationMilliseconds: 130_000 },
      next: { statusTemplate: CONDITIONS },
      immediateNextStage: true,
    },
    'pod-delete': {
      resourceRef: POD,
      selector: { matchExpressions: [{ ...living, operator: 'Exists' }] },
      next: { finalizers: { empty: true }, delete: true },
    },
  };
  if (switches.pods) {
    stages['pod-ready'] = {
      resourceRef: POD,
      selector: { matchExpressions: [living, { key: '.status.podIP', operator: 'DoesNotExist' }] },
      next: { statusTemplate: POD_READY },
    };
    stages['pod-complete'] = {
      resourceRef: POD,
      selector: {
        matchExpressions: [
          living,
          { key: '.status.phase', operator: 'In', values: ['Running'] },
          { key: '.metadata.ownerReferences.[].kind', operator: 'In', values: ['Job'] },
        ],
      },
      next: { statusTemplate: POD_COMPLETE },
    };
  }
  if (switches.ingressAddress) {
    stages['ingress-address'] = {
      resourceRef: { apiGroup: 'networking.k8s.io/v1', kind: 'Ingress' },
      selector: { matchExpressions: wantsAddress },
      next: { statusTemplate: address(INGRESS_ADDRESS) },
    };
  }
  if (switches.serviceAddress) {
    stages['service-address'] = {
      resourceRef: { apiGroup: 'v1', kind: 'Service' },
      selector: {
        matchExpressions: [...wantsAddress, { key: '.spec.type', operator: 'In', values: ['LoadBalancer'] }],
      },
      next: { statusTemplate: address(SERVICE_ADDRESS) },
    };
  }
  const documents = Object.entries(stages).map(([name, spec]) =>
    JSON.stringify(
      { apiVersion: 'kwok.x-k8s.io/v1alpha1', kind: 'Stage', metadata: { name }, spec },
      null,
      2,
    ),
  );
  return documents.join('\n---\n');
}
