/**
 * size: one table, a row for each value of the chart.
 *
 * Every value of the Helm chart: what it is for, its default, its type, and the flag of `run` that it becomes. values.yaml,
 * values.schema.json and the container's arguments are made from this table, so that none of them can know another value.
 */

export type ValueType =
  | { readonly kind: 'string'; readonly choices?: readonly string[]; readonly pattern?: string }
  | { readonly kind: 'integer'; readonly min?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'strings' }
  /** A part of a Kubernetes object, handed on as it is. */
  | { readonly kind: 'object' }
  | { readonly kind: 'list' };

export interface ChartValue {
  /** `dns.externalDns.ownerId` */
  readonly path: string;
  readonly type: ValueType;
  readonly default: unknown;
  readonly description: string;
  /** The flag of `run`; left out where an empty value means that the flag is not given. */
  readonly flag?: string;
  /** The flag takes this instead of the value, which only switches it on. */
  readonly flagValue?: string;
  /** The flag is given only while these values are set. */
  readonly when?: readonly string[];
}

const text = (choices?: readonly string[]): ValueType => ({
  kind: 'string',
  ...(choices ? { choices } : {}),
});
const count = (min = 0): ValueType => ({ kind: 'integer', min });
const boolean: ValueType = { kind: 'boolean' };
const strings: ValueType = { kind: 'strings' };
const object: ValueType = { kind: 'object' };
const list: ValueType = { kind: 'list' };

/** Comments above the groups of values.yaml, by the first part of the path. */
export const GROUPS: Readonly<Record<string, string>> = {
  image: 'The container image.',
  serviceAccount: "The operator's identity.",
  rbac: 'Rights of the operator, and of people for its kinds.',
  crds: 'The three kinds of the API.',
  leaderElection: 'One replica works, the others stand by; seconds.',
  webhook:
    'The admission webhook: mistakes are refused at the door, and deletions above the limits of the guard.',
  dashboard: 'The web page, for people with a token of the cluster.',
  metrics: 'Metrics, alerts and dashboards.',
  tracing: 'OpenTelemetry; other standard variables go into extraEnv.',
  dns: 'What templates that leave something out of spec.dns get.',
  log: 'One JSON object a line.',
  podDisruptionBudget: 'Made when there are at least two replicas.',
  networkPolicy: 'Who may connect to the operator, and, where egress is given, whom it may connect to.',
};

export const VALUES: readonly ChartValue[] = [
  {
    path: 'replicas',
    type: count(),
    default: 2,
    description: 'One leads, the others stand by and answer the webhook.',
  },
  {
    path: 'image.repository',
    type: text(),
    default: 'ghcr.io/kubernetes-tenants/tenant-operator',
    description: 'Where the image is.',
  },
  { path: 'image.tag', type: text(), default: '', description: "The chart's appVersion when empty." },
  { path: 'image.digest', type: text(), default: '', description: 'sha256:...; wins over the tag.' },
  {
    path: 'image.pullPolicy',
    type: text(['Always', 'IfNotPresent', 'Never']),
    default: 'IfNotPresent',
    description: 'When the image is pulled.',
  },
  {
    path: 'image.pullSecrets',
    type: list,
    default: [],
    description: 'Names of pull secrets, as {name: ...}.',
  },

  {
    path: 'watchNamespace',
    type: text(),
    default: '',
    description:
      'Look at this namespace only; all when empty. The rights then are those of a Role in it, and of a ClusterRole for cluster-scoped kinds alone: templates reach no other namespace.',
    flag: '--namespace',
  },
  {
    path: 'concurrency',
    type: count(1),
    default: 8,
    description: 'Tenants worked on at once.',
    flag: '--concurrency',
  },
  {
    path: 'shards',
    type: count(1),
    default: 1,
    description:
      'Processes that share the tenants: not more than replicas. Above 1 every replica works, and one of them leads.',
    flag: '--shards',
  },
  {
    path: 'statementTimeoutSeconds',
    type: count(1),
    default: 30,
    description: 'Longest time of one SELECT.',
    flag: '--statement-timeout',
  },
  {
    path: 'resolve',
    type: strings,
    default: [],
    description: 'Reach a host at another address: host:port=addr:port.',
    flag: '--resolve',
  },
  {
    path: 'log.level',
    type: text(['debug', 'info', 'warn', 'error']),
    default: 'info',
    description: 'How much is logged.',
    flag: '--log-level',
  },

  {
    path: 'leaderElection.leaseDurationSeconds',
    type: count(1),
    default: 15,
    description: 'Others take over when the leader was silent for so long.',
    flag: '--lease-duration-seconds',
  },
  {
    path: 'leaderElection.renewDeadlineSeconds',
    type: count(1),
    default: 10,
    description: 'The leader gives up when it could not renew for so long.',
    flag: '--lease-renew-deadline-seconds',
  },
  {
    path: 'leaderElection.retryPeriodSeconds',
    type: count(1),
    default: 2,
    description: 'Between two tries.',
    flag: '--lease-retry-period-seconds',
  },

  {
    path: 'crds.install',
    type: boolean,
    default: true,
    description: 'Install and upgrade the CRDs with the chart. They and all tenants survive an uninstall.',
  },

  { path: 'serviceAccount.create', type: boolean, default: true, description: 'Make the ServiceAccount.' },
  { path: 'serviceAccount.name', type: text(), default: 'tenant-operator', description: 'Its name.' },
  { path: 'serviceAccount.annotations', type: object, default: {}, description: 'Its annotations.' },

  { path: 'rbac.create', type: boolean, default: true, description: 'Make the roles and their bindings.' },
  {
    path: 'rbac.anyKind',
    type: boolean,
    default: false,
    description:
      'Let templates use any kind (`manifests`): the operator may then do everything with every object. Prefer extraRules.',
  },
  {
    path: 'rbac.extraRules',
    type: list,
    default: [],
    description:
      'Rules for the further kinds that `manifests` use; verbs get, list, watch, create, patch, update, delete.',
  },
  {
    path: 'rbac.extraClusterRules',
    type: list,
    default: [],
    description: 'The same in the whole cluster, where watchNamespace has the others in one namespace.',
  },
  {
    path: 'rbac.impersonate',
    type: boolean,
    default: false,
    description:
      'Let the operator act as any ServiceAccount: needed where templates name one (spec.serviceAccountName), or scope.defaultServiceAccount does.',
  },
  {
    path: 'rbac.aggregate',
    type: boolean,
    default: true,
    description: 'Add the kinds to the roles view, edit and admin of the cluster.',
  },

  {
    path: 'scope.allowedKinds',
    type: strings,
    default: [],
    description:
      'Kinds that templates may use, such as Deployment or Role.rbac.authorization.k8s.io; all when empty.',
    flag: '--allowed-kinds',
  },
  {
    path: 'scope.allowedNamespaces',
    type: strings,
    default: ['.'],
    description:
      "Namespaces that templates may write to and make: . is the Tenant's own, and others are opened by name or pattern, such as [., team-*]. When empty all, save kube-* and the operator's own.",
    flag: '--allowed-namespaces',
  },
  {
    path: 'scope.defaultServiceAccount',
    type: text(),
    default: '',
    description:
      'ServiceAccount that objects are written as where the template names none; needs rbac.impersonate.',
    flag: '--default-service-account',
  },

  { path: 'webhook.enabled', type: boolean, default: true, description: 'Serve it.', flag: '--webhook' },
  {
    path: 'webhook.port',
    type: count(1),
    default: 9443,
    description: 'Port of the container.',
    flag: '--webhook-bind-address',
    flagValue: ':%v',
    when: ['webhook.enabled'],
  },
  {
    path: 'webhook.certManager.enabled',
    type: boolean,
    default: false,
    description: 'Have cert-manager make the certificate; the operator makes it itself otherwise.',
    flag: '--webhook-tls-cert-file',
    flagValue: '/certificates/webhook/tls.crt',
    when: ['webhook.enabled'],
  },
  {
    path: 'webhook.certManager.issuerRef',
    type: object,
    default: {},
    description: 'An issuer of yours; a self-signed one is made when empty.',
  },

  { path: 'dashboard.enabled', type: boolean, default: false, description: 'Serve it, with a Service.' },
  {
    path: 'dashboard.port',
    type: count(1),
    default: 8088,
    description: 'Port of the container and of the Service.',
    flag: '--dashboard-bind-address',
    flagValue: ':%v',
    when: ['dashboard.enabled'],
  },

  { path: 'metrics.enabled', type: boolean, default: true, description: 'Serve /metrics, with a Service.' },
  {
    path: 'metrics.port',
    type: count(1),
    default: 8080,
    description: 'Port of the container and of the Service.',
    flag: '--metrics-bind-address',
    flagValue: ':%v',
    when: ['metrics.enabled'],
  },
  {
    path: 'metrics.auth',
    type: text(['none', 'token']),
    default: 'token',
    description:
      'token: TLS, and only for who may get /metrics (bind the ClusterRole tenant-operator-metrics-reader). none: everybody, in the clear.',
    flag: '--metrics-auth',
    when: ['metrics.enabled'],
  },
  {
    path: 'metrics.tlsSecretName',
    type: text(),
    default: '',
    description:
      'A Secret with tls.crt and tls.key; with token and without it a certificate is made at the start.',
    flag: '--metrics-tls-cert-file',
    flagValue: '/certificates/metrics/tls.crt',
    when: ['metrics.enabled'],
  },
  {
    path: 'metrics.tenantSeriesLimit',
    type: count(),
    default: 1_000,
    description: 'With more tenants than this, metrics tell of their sums alone.',
    flag: '--metrics-tenant-series-limit',
    when: ['metrics.enabled'],
  },
  {
    path: 'metrics.serviceMonitor.enabled',
    type: boolean,
    default: false,
    description: 'Make a ServiceMonitor (Prometheus operator).',
  },
  {
    path: 'metrics.serviceMonitor.interval',
    type: text(),
    default: '30s',
    description: 'How often it is asked.',
  },
  {
    path: 'metrics.serviceMonitor.labels',
    type: object,
    default: {},
    description: 'Labels by which your Prometheus finds it.',
  },
  {
    path: 'metrics.rules.enabled',
    type: boolean,
    default: false,
    description: 'Make a PrometheusRule with the alerts of deploy/alerts.',
  },
  {
    path: 'metrics.rules.labels',
    type: object,
    default: {},
    description: 'Labels by which your Prometheus finds it.',
  },
  {
    path: 'metrics.grafana.enabled',
    type: boolean,
    default: false,
    description: "Make a ConfigMap with the dashboard, for Grafana's sidecar.",
  },
  {
    path: 'metrics.grafana.labels',
    type: object,
    default: { grafana_dashboard: '1' },
    description: 'Labels by which the sidecar finds it.',
  },

  {
    path: 'tracing.endpoint',
    type: text(),
    default: '',
    description: 'OTLP over HTTP, as http://collector:4318; no traces when empty.',
  },

  {
    path: 'dns.verification',
    type: text(['Disabled', 'Report', 'Gate']),
    default: 'Report',
    description: 'Whether DNS records are verified.',
    flag: '--dns-verification',
  },
  {
    path: 'dns.timeoutSeconds',
    type: count(1),
    default: 600,
    description: 'Longest removal of records with Gate.',
    flag: '--dns-timeout-seconds',
  },
  {
    path: 'dns.onTimeout',
    type: text(['Release', 'Hold']),
    default: 'Release',
    description: 'What happens to the Tenant then.',
    flag: '--dns-on-timeout',
  },
  {
    path: 'dns.nameservers',
    type: strings,
    default: [],
    description: 'Ask these servers instead of those that the zones name.',
    flag: '--dns-nameserver',
  },
  {
    path: 'dns.holdCertificates',
    type: boolean,
    default: false,
    description: 'Set cert-manager issuers once the hostnames are published.',
    flag: '--dns-hold-certificates',
  },
  {
    path: 'dns.probe',
    type: boolean,
    default: false,
    description: 'Ask hosts over HTTPS once their records are published.',
    flag: '--dns-probe',
  },
  {
    path: 'dns.probePrivateAddresses',
    type: boolean,
    default: false,
    description: 'Probes may connect to addresses of private networks as well.',
    flag: '--dns-probe-private-addresses',
  },
  {
    path: 'dns.externalDns.ownerId',
    type: text(),
    default: '',
    description: 'Its --txt-owner-id.',
    flag: '--dns-external-dns-owner-id',
  },
  {
    path: 'dns.externalDns.txtPrefix',
    type: text(),
    default: '',
    description: 'Its --txt-prefix.',
    flag: '--dns-external-dns-txt-prefix',
  },
  {
    path: 'dns.externalDns.txtSuffix',
    type: text(),
    default: '',
    description: 'Its --txt-suffix.',
    flag: '--dns-external-dns-txt-suffix',
  },
  {
    path: 'dns.externalDns.policy',
    type: text(['', 'sync', 'upsert-only', 'create-only']),
    default: '',
    description: 'Its --policy.',
    flag: '--dns-external-dns-policy',
  },
  {
    path: 'dns.externalDns.domainFilters',
    type: strings,
    default: [],
    description: 'Its --domain-filter.',
    flag: '--dns-external-dns-domain-filter',
  },
  {
    path: 'dns.externalDns.annotationPrefix',
    type: text(),
    default: '',
    description: 'Its --annotation-prefix.',
    flag: '--dns-external-dns-annotation-prefix',
  },

  { path: 'podDisruptionBudget.enabled', type: boolean, default: true, description: 'Make it.' },
  {
    path: 'podDisruptionBudget.minAvailable',
    type: count(1),
    default: 1,
    description: 'Replicas that stay.',
  },
  { path: 'networkPolicy.enabled', type: boolean, default: false, description: 'Make it.' },
  {
    path: 'networkPolicy.metricsFrom',
    type: list,
    default: [],
    description: 'Peers that may read metrics; all when empty.',
  },
  {
    path: 'networkPolicy.egress',
    type: list,
    default: [],
    description: 'Egress rules: the API server, DNS, the databases. Everything is open when empty.',
  },

  {
    path: 'resources',
    type: object,
    default: { requests: { cpu: '50m', memory: '192Mi' }, limits: { memory: '512Mi' } },
    description:
      'Measured with 1,000 tenants of 4 objects: 141 MB resident at rest, 150 MB while they were made (bench/README.md). The request holds that; the limit is what 10,000 are meant to fit into (450 MB). No limit of CPU: throttled, a leader loses its Lease.',
  },
  {
    path: 'nodeOptions',
    type: text(),
    default: '--max-semi-space-size=4',
    description:
      "NODE_OPTIONS. Garbage is collected when 8 MB of it have come together, not Node's 32: a lower peak for some CPU.",
  },
  { path: 'podAnnotations', type: object, default: {}, description: 'Annotations of the pods.' },
  { path: 'podLabels', type: object, default: {}, description: 'Further labels of the pods.' },
  { path: 'nodeSelector', type: object, default: {}, description: 'Nodes that may run it.' },
  { path: 'tolerations', type: list, default: [], description: 'Taints that it tolerates.' },
  { path: 'affinity', type: object, default: {}, description: 'Replicas prefer different nodes when empty.' },
  { path: 'topologySpreadConstraints', type: list, default: [], description: 'As in a pod.' },
  { path: 'priorityClassName', type: text(), default: '', description: 'As in a pod.' },
  {
    path: 'terminationGracePeriodSeconds',
    type: count(1),
    default: 30,
    description: 'Time to finish what was begun.',
  },
  {
    path: 'extraEnv',
    type: list,
    default: [],
    description: 'Further environment variables, as in a container.',
  },
  { path: 'extraArgs', type: strings, default: [], description: 'Further arguments, after all others.' },
];

/** Flags that have no value, and why. */
export const FLAGS_WITHOUT_VALUE: Readonly<Record<string, string>> = {
  '--kubeconfig': 'a pod has its ServiceAccount',
  '--context': 'a pod has its ServiceAccount',
  '--operator-namespace': 'the namespace of the release',
  '--health-bind-address': 'the probes of the pod know the port',
  '--webhook-tls-key-file': 'goes with --webhook-tls-cert-file',
  '--metrics-tls-key-file': 'goes with --metrics-tls-cert-file',
};
