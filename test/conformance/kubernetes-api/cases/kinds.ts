import type { Case, Json } from '../index.ts';
import { apply, get, group } from './helpers.ts';

type Obj = { [key: string]: Json };
const pod: Obj = { containers: [{ name: 'c', image: 'nginx' }] };
const template: Obj = { metadata: { labels: { app: 'a' } }, spec: pod };
const selector: Obj = { matchLabels: { app: 'a' } };

/** One small valid object of each kind that tenants are made of: defaults, status, ownership. */
const samples: [string, string, string, Obj][] = [
  ['v1', 'pods', 'Pod', { spec: pod }],
  [
    'v1',
    'pods',
    'Pod',
    {
      spec: {
        hostNetwork: false,
        restartPolicy: 'Never',
        initContainers: [{ name: 'i', image: 'a/b:latest' }],
        containers: [
          {
            name: 'c',
            image: 'x@sha256:0123456789012345678901234567890123456789012345678901234567890123',
            resources: { limits: { cpu: '1', memory: '1Gi' } },
            ports: [{ containerPort: 80 }],
            livenessProbe: { httpGet: { port: 80 } },
            readinessProbe: { tcpSocket: { port: 'x' } },
            env: [{ name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
            volumeMounts: [{ name: 'v', mountPath: '/v' }],
          },
        ],
        volumes: [
          { name: 'v', configMap: { name: 'x' } },
          { name: 'e' },
          { name: 's', secret: { secretName: 's' } },
          { name: 'p', projected: { sources: [{ configMap: { name: 'x' } }] } },
          { name: 'h', hostPath: { path: '/x' } },
        ],
      },
    },
  ],
  [
    'v1',
    'services',
    'Service',
    {
      spec: {
        selector: { app: 'a' },
        ports: [{ port: 80 }, { name: 'x', port: 81, targetPort: 'http', protocol: 'UDP' }].map((p, i) =>
          i === 0 ? { ...p, name: 'w' } : p,
        ),
      },
    },
  ],
  ['v1', 'services', 'Service', { spec: { type: 'NodePort', ports: [{ port: 80 }] } }],
  [
    'v1',
    'services',
    'Service',
    { spec: { type: 'LoadBalancer', ports: [{ port: 80 }], sessionAffinity: 'ClientIP' } },
  ],
  ['v1', 'services', 'Service', { spec: { type: 'ExternalName', externalName: 'a.test' } }],
  [
    'v1',
    'services',
    'Service',
    { spec: { clusterIP: 'None', selector: { app: 'a' }, ports: [{ port: 80 }] } },
  ],
  ['v1', 'configmaps', 'ConfigMap', { data: { a: 'b' }, binaryData: { c: 'ZA==' } }],
  ['v1', 'secrets', 'Secret', { data: { a: 'Yg==' } }],
  [
    'v1',
    'secrets',
    'Secret',
    { type: 'kubernetes.io/basic-auth', stringData: { username: 'u', password: 'p' } },
  ],
  ['v1', 'serviceaccounts', 'ServiceAccount', { automountServiceAccountToken: false }],
  [
    'v1',
    'persistentvolumeclaims',
    'PersistentVolumeClaim',
    { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
  ],
  [
    'v1',
    'events',
    'Event',
    {
      involvedObject: { kind: 'Pod', name: 'x', namespace: '$ns' },
      reason: 'R',
      message: 'm',
      type: 'Normal',
    },
  ],
  ['v1', 'limitranges', 'LimitRange', { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } }],
  ['v1', 'resourcequotas', 'ResourceQuota', { spec: { hard: { pods: '5' } } }],
  ['v1', 'endpoints', 'Endpoints', { subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }] }],
  ['apps/v1', 'deployments', 'Deployment', { spec: { selector, template } }],
  [
    'apps/v1',
    'deployments',
    'Deployment',
    { spec: { replicas: 0, strategy: { type: 'Recreate' }, selector, template } },
  ],
  [
    'apps/v1',
    'statefulsets',
    'StatefulSet',
    {
      spec: {
        serviceName: 's',
        selector,
        template,
        volumeClaimTemplates: [
          {
            metadata: { name: 'd' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      },
    },
  ],
  ['apps/v1', 'daemonsets', 'DaemonSet', { spec: { selector, template } }],
  [
    'apps/v1',
    'daemonsets',
    'DaemonSet',
    { spec: { selector, template, updateStrategy: { type: 'OnDelete' } } },
  ],
  ['apps/v1', 'replicasets', 'ReplicaSet', { spec: { selector, template } }],
  ['apps/v1', 'controllerrevisions', 'ControllerRevision', { revision: 1, data: { a: { b: 1 } } }],
  ['batch/v1', 'jobs', 'Job', { spec: { template: { spec: { ...pod, restartPolicy: 'Never' } } } }],
  [
    'batch/v1',
    'jobs',
    'Job',
    { spec: { parallelism: 2, template: { spec: { ...pod, restartPolicy: 'Never' } } } },
  ],
  [
    'batch/v1',
    'cronjobs',
    'CronJob',
    {
      spec: {
        schedule: '* * * * *',
        jobTemplate: { spec: { template: { spec: { ...pod, restartPolicy: 'Never' } } } },
      },
    },
  ],
  [
    'networking.k8s.io/v1',
    'ingresses',
    'Ingress',
    {
      spec: {
        defaultBackend: { service: { name: 's', port: { name: 'http' } } },
        tls: [{ hosts: ['a.test'], secretName: 't' }],
      },
    },
  ],
  [
    'networking.k8s.io/v1',
    'networkpolicies',
    'NetworkPolicy',
    { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }], from: [{ podSelector: {} }] }] } },
  ],
  ['networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy', { spec: { podSelector: {}, egress: [{}] } }],
  ['policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', { spec: { minAvailable: 1, selector } }],
  [
    'autoscaling/v2',
    'horizontalpodautoscalers',
    'HorizontalPodAutoscaler',
    { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' }, maxReplicas: 3 } },
  ],
  [
    'autoscaling/v2',
    'horizontalpodautoscalers',
    'HorizontalPodAutoscaler',
    {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
        maxReplicas: 3,
        minReplicas: 2,
        behavior: { scaleDown: { stabilizationWindowSeconds: 5 } },
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 50 } },
          },
        ],
      },
    },
  ],
  [
    'autoscaling/v1',
    'horizontalpodautoscalers',
    'HorizontalPodAutoscaler',
    {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
        maxReplicas: 3,
        targetCPUUtilizationPercentage: 70,
      },
    },
  ],
  [
    'coordination.k8s.io/v1',
    'leases',
    'Lease',
    { spec: { holderIdentity: 'x', leaseDurationSeconds: 15, acquireTime: '2024-01-01T00:00:00.500000Z' } },
  ],
  [
    'rbac.authorization.k8s.io/v1',
    'roles',
    'Role',
    { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
  ],
  [
    'rbac.authorization.k8s.io/v1',
    'rolebindings',
    'RoleBinding',
    {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'u' },
        { kind: 'ServiceAccount', name: 's', namespace: 'n' },
      ],
    },
  ],
  [
    'discovery.k8s.io/v1',
    'endpointslices',
    'EndpointSlice',
    { addressType: 'IPv4', endpoints: [{ addresses: ['10.1.2.3'] }], ports: [{ port: 80 }] },
  ],
  [
    'events.k8s.io/v1',
    'events',
    'Event',
    {
      eventTime: '2024-01-01T00:00:00.000000Z',
      reportingController: 'c.test/x',
      reportingInstance: 'i',
      action: 'A',
      reason: 'R',
      type: 'Normal',
      regarding: { kind: 'Pod', name: 'x', namespace: '$ns' },
      note: 'n',
    },
  ],
];

const pathOf = (apiVersion: string, plural: string, name: string) =>
  apiVersion === 'v1' ? `/api/v1/namespaces/$ns/${plural}/${name}` : group(apiVersion, plural, name);

export const cases: readonly Case[] = samples.map(([apiVersion, plural, kind, content], i) => ({
  name: `${apiVersion} ${kind} ${i}`,
  reason: 'applied by one manager, read back: defaults and ownership are those of the real server',
  steps: [
    apply(pathOf(apiVersion, plural, 'a'), 'one', { apiVersion, kind, metadata: { name: 'a' }, ...content }),
    get(pathOf(apiVersion, plural, 'a'), {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
      pick: ['columnDefinitions', 'rows.0.cells'],
    }),
  ],
}));
