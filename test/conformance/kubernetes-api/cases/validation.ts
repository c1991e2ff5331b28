import type { Case, Json } from '../index.ts';
import { apps, core, deployment, group, post, service, strategic } from './helpers.ts';

type Obj = { [key: string]: Json };
const pick = ['code', 'reason', 'details.causes'];
/** Where the message quotes the server's internal Go value. */
const quoted = ['code', 'reason', 'details.causes.0.field', 'details.causes.0.reason'];
const one = (name: string, path: string, body: Obj, kept = pick): Case => ({
  name,
  reason: 'refused as the real server refuses it',
  steps: [post(`${path}?dryRun=All`, { metadata: { name: 'a' }, ...body }, { pick: kept })],
});
const change = (name: string, path: string, before: Obj, after: Obj, kept = pick): Case => ({
  name,
  reason: 'a field that cannot change',
  steps: [
    post(path, { metadata: { name: 'a' }, ...before }, { pick: ['kind'] }),
    strategic(`${path}/a`, after, { pick: kept }),
  ],
});
const c = (more: Obj = {}): Obj => ({ name: 'c', image: 'i:1', ...more });
const pod = (spec: Obj): Obj => ({ spec });
const d = (spec: Obj, container: Obj = {}): Obj => ({ spec: deployment('a', spec, container).spec as Obj });
const ing = (rule: Obj): Obj => ({ spec: { rules: [rule] } });
const backend = (s: Obj = { name: 's', port: { number: 80 } }): Obj => ({ service: s });
const template = (spec: Obj): Obj => ({ template: { metadata: { labels: { app: 'a' } }, spec } });
const sts: Obj = {
  serviceName: 's',
  selector: { matchLabels: { app: 'a' } },
  ...template({ containers: [c()] }),
};

export const cases: readonly Case[] = [
  one('pod without containers', core('pods'), pod({})),
  one('pod without an image', core('pods'), pod({ containers: [{ name: 'c' }] })),
  one('pod with a bad container name', core('pods'), pod({ containers: [c({ name: 'Bad Name' })] })),
  one('pod with two containers of one name', core('pods'), pod({ containers: [c(), c()] })),
  one('pod with a bad port', core('pods'), pod({ containers: [c({ ports: [{ containerPort: 70000 }] })] })),
  one(
    'pod with a bad protocol',
    core('pods'),
    pod({ containers: [c({ ports: [{ containerPort: 80, protocol: 'ICMP' }] })] }),
  ),
  one('pod with a bad restart policy', core('pods'), pod({ restartPolicy: 'Sometimes', containers: [c()] })),
  one('pod with a bad pull policy', core('pods'), pod({ containers: [c({ imagePullPolicy: 'Maybe' })] })),
  one(
    'pod with a mount of nothing',
    core('pods'),
    pod({ containers: [c({ volumeMounts: [{ name: 'v', mountPath: '/v' }] })] }),
  ),
  one(
    'pod with a mount without a path',
    core('pods'),
    pod({ volumes: [{ name: 'v' }], containers: [c({ volumeMounts: [{ name: 'v' }] })] }),
  ),
  one(
    'pod with two volumes of one name',
    core('pods'),
    pod({ volumes: [{ name: 'v' }, { name: 'v' }], containers: [c()] }),
  ),
  one('pod with a nameless variable', core('pods'), pod({ containers: [c({ env: [{ value: 'x' }] })] })),
  one('deployment without a selector', apps('deployments'), { spec: template({ containers: [c()] }) }),
  one('deployment with an empty selector', apps('deployments'), d({ selector: {} })),
  one(
    'deployment whose selector misses its template',
    apps('deployments'),
    d({ selector: { matchLabels: { app: 'other' } } }),
  ),
  one('deployment with negative replicas', apps('deployments'), d({ replicas: -1 })),
  one(
    'deployment with another restart policy',
    apps('deployments'),
    d(template({ restartPolicy: 'Never', containers: [c()] })),
  ),
  one('deployment with a bad strategy', apps('deployments'), d({ strategy: { type: 'Slow' } }), quoted),
  one(
    'deployment that recreates and rolls',
    apps('deployments'),
    d({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
  ),
  one(
    'daemon set with a bad strategy',
    apps('daemonsets'),
    { spec: { ...sts, serviceName: null, updateStrategy: { type: 'X' } } },
    quoted,
  ),
  one('job without a restart policy', group('batch/v1', 'jobs'), {
    spec: { template: { spec: { containers: [c()] } } },
  }),
  one('job with negative parallelism', group('batch/v1', 'jobs'), {
    spec: { parallelism: -1, template: { spec: { restartPolicy: 'Never', containers: [c()] } } },
  }),
  one('cron job without a schedule', group('batch/v1', 'cronjobs'), {
    spec: { jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [c()] } } } } },
  }),
  one('cron job with a bad concurrency policy', group('batch/v1', 'cronjobs'), {
    spec: {
      schedule: '* * * * *',
      concurrencyPolicy: 'X',
      jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [c()] } } } },
    },
  }),
  one('service without ports', core('services'), { spec: { selector: { a: 'b' } } }),
  one('service with nameless ports', core('services'), { spec: { ports: [{ port: 80 }, { port: 81 }] } }),
  one('service with ports of one name', core('services'), {
    spec: {
      ports: [
        { name: 'a', port: 80 },
        { name: 'a', port: 81 },
      ],
    },
  }),
  one('service with a bad port', core('services'), { spec: { ports: [{ port: 0 }] } }),
  one('service with a bad type', core('services'), { spec: { type: 'Magic', ports: [{ port: 80 }] } }),
  one('service with a bad affinity', core('services'), {
    spec: { sessionAffinity: 'Yes', ports: [{ port: 80 }] },
  }),
  one('ingress without rules', group('networking.k8s.io/v1', 'ingresses'), { spec: {} }),
  one(
    'ingress with a bad host',
    group('networking.k8s.io/v1', 'ingresses'),
    ing({ host: 'Not_A_Host', http: { paths: [{ path: '/', pathType: 'Prefix', backend: backend() }] } }),
  ),
  one(
    'ingress without a path type',
    group('networking.k8s.io/v1', 'ingresses'),
    ing({ http: { paths: [{ path: '/', backend: backend() }] } }),
  ),
  one(
    'ingress with a relative path',
    group('networking.k8s.io/v1', 'ingresses'),
    ing({ http: { paths: [{ path: 'x', pathType: 'Prefix', backend: backend() }] } }),
  ),
  one('ingress without paths', group('networking.k8s.io/v1', 'ingresses'), ing({ http: { paths: [] } })),
  one(
    'ingress with a backend without a port',
    group('networking.k8s.io/v1', 'ingresses'),
    ing({ http: { paths: [{ path: '/', pathType: 'Prefix', backend: backend({ name: 's' }) }] } }),
  ),
  one(
    'ingress with an empty backend',
    group('networking.k8s.io/v1', 'ingresses'),
    ing({ http: { paths: [{ path: '/', pathType: 'Prefix', backend: {} }] } }),
  ),
  one('config map with a bad key', core('configmaps'), { data: { 'a b': 'c' } }),
  one('config map with a key twice', core('configmaps'), { data: { a: 'b' }, binaryData: { a: 'Yg==' } }),
  one('TLS secret without its keys', core('secrets'), { type: 'kubernetes.io/tls', data: {} }),
  one('claim without an access mode', core('persistentvolumeclaims'), {
    spec: { resources: { requests: { storage: '1Gi' } } },
  }),
  one('claim without a size', core('persistentvolumeclaims'), { spec: { accessModes: ['ReadWriteOnce'] } }),
  one('claim with a bad access mode', core('persistentvolumeclaims'), {
    spec: { accessModes: ['Always'], resources: { requests: { storage: '1Gi' } } },
  }),
  one(
    'budget with both bounds',
    group('policy/v1', 'poddisruptionbudgets'),
    { spec: { minAvailable: 1, maxUnavailable: 1, selector: { matchLabels: { a: 'b' } } } },
    quoted,
  ),
  one('autoscaler without a maximum', group('autoscaling/v2', 'horizontalpodautoscalers'), {
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'a' } },
  }),
  one('autoscaler with a minimum above its maximum', group('autoscaling/v2', 'horizontalpodautoscalers'), {
    spec: { minReplicas: 5, maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'a' } },
  }),
  one('autoscaler without a target', group('autoscaling/v2', 'horizontalpodautoscalers'), {
    spec: { maxReplicas: 2, scaleTargetRef: {} },
  }),
  one('lease without a duration', group('coordination.k8s.io/v1', 'leases'), {
    spec: { leaseDurationSeconds: 0 },
  }),
  one('role binding without a role', group('rbac.authorization.k8s.io/v1', 'rolebindings'), {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: '' },
  }),
  change(
    'job template',
    group('batch/v1', 'jobs'),
    { spec: { template: { spec: { restartPolicy: 'Never', containers: [c()] } } } },
    { spec: { template: { spec: { restartPolicy: 'Never', containers: [c({ image: 'i:2' })] } } } },
    quoted,
  ),
  change('stateful set service name', apps('statefulsets'), { spec: sts }, { spec: { serviceName: 't' } }),
  change(
    'daemon set selector',
    apps('daemonsets'),
    { spec: { ...sts, serviceName: null } },
    { spec: { selector: { matchLabels: { app: 'b' } }, template: { metadata: { labels: { app: 'b' } } } } },
  ),
  change(
    'cluster address of a service',
    core('services'),
    { spec: service('a').spec as Obj },
    { spec: { clusterIP: '10.0.99.99' } },
  ),
  change(
    'access mode of a claim',
    core('persistentvolumeclaims'),
    { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    { spec: { accessModes: ['ReadWriteMany'] } },
    quoted,
  ),
  change(
    'role of a role binding',
    group('rbac.authorization.k8s.io/v1', 'rolebindings'),
    { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' } },
    { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 's' } },
    quoted,
  ),
];
