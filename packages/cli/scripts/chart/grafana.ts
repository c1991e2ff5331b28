/** The dashboard for Grafana, panel by panel: first what a person on call asks, then why. */

interface Query {
  readonly expr: string;
  readonly legend?: string;
}

interface Panel {
  readonly title: string;
  readonly about: string;
  readonly kind: 'stat' | 'graph' | 'table';
  readonly unit?: string;
  readonly queries: readonly Query[];
  /** Of 24. */
  readonly width: number;
  /** Green below the first, yellow below the second, red above. */
  readonly limits?: readonly [number, number];
}

interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Chosen at the top of the page. */
const here = 'namespace=~"$namespace"';
const rate = '$__rate_interval';

const stat = (title: string, about: string, expr: string, more: Partial<Panel> = {}): Panel => ({
  title,
  about,
  kind: 'stat',
  queries: [{ expr }],
  width: 4,
  ...more,
});
const graph = (
  title: string,
  about: string,
  queries: readonly Query[],
  more: Partial<Panel> = {},
): Panel => ({
  title,
  about,
  kind: 'graph',
  queries,
  width: 8,
  ...more,
});
const quantile = (q: number, metric: string, labels = '') =>
  `histogram_quantile(${q}, sum by (le${labels}) (rate(${metric}_bucket[${rate}])))`;

export const ROWS: readonly Row[] = [
  {
    title: 'Now',
    panels: [
      stat(
        'Leader',
        'Processes that lead: one',
        'sum(leader_election_master_status{name="tenant-operator"})',
      ),
      stat('Tenants desired', 'Asked for by rows', `sum(registry_desired{${here}})`),
      stat('Tenants ready', 'With everything that counts', `sum(registry_ready{${here}})`),
      stat('Tenants failed', 'Broken ones', `sum(registry_failed{${here}})`, { limits: [1, 10] }),
      stat('Rows in quarantine', 'They cannot be used', `sum(registry_quarantined{${here}})`, {
        limits: [1, 10],
      }),
      stat('Deletions held', 'They wait for an approval', `sum(registry_held_deletions{${here}})`, {
        limits: [1, 2],
      }),
    ],
  },
  {
    title: 'Tenants',
    panels: [
      graph('Tenants', 'Desired, ready and failed by registry', [
        { expr: `sum by (registry) (registry_desired{${here}})`, legend: 'desired {{registry}}' },
        { expr: `sum by (registry) (registry_ready{${here}})`, legend: 'ready {{registry}}' },
        { expr: `sum by (registry) (registry_failed{${here}})`, legend: 'failed {{registry}}' },
      ]),
      graph('Resources', 'Of all tenants', [
        { expr: `sum(tenant_resources_desired{${here}})`, legend: 'desired' },
        { expr: `sum(tenant_resources_ready{${here}})`, legend: 'ready' },
        { expr: `sum(tenant_resources_failed{${here}})`, legend: 'failed' },
        { expr: `sum(tenant_resources_conflicted{${here}})`, legend: 'in conflict' },
      ]),
      graph('Conditions that are not well', 'Tenants by condition', [
        { expr: `sum(tenant_conditions{${here},type="Ready",status!="True"})`, legend: 'not ready' },
        { expr: `sum(tenant_conditions{${here},type="Degraded",status="True"})`, legend: 'degraded' },
        { expr: `sum(tenant_conditions{${here},type="Conflicted",status="True"})`, legend: 'in conflict' },
        { expr: `sum(tenant_conditions{${here},type="DNSReady",status="False"})`, legend: 'DNS not ready' },
      ]),
      {
        title: 'Degraded tenants',
        about: 'And why; one line a namespace where there are too many tenants for series of their own',
        kind: 'table',
        queries: [{ expr: `tenant_degraded_status{${here}} > 0` }],
        width: 12,
      },
      {
        title: 'Tenants that are not ready',
        about: 'Where tenants have series of their own',
        kind: 'table',
        queries: [{ expr: `tenant_condition_status{${here},type="Ready"} != 1` }],
        width: 12,
      },
      graph(
        'From a row to ready',
        'For new tenants',
        [
          { expr: quantile(0.5, 'tenant_ready_duration_seconds'), legend: 'half' },
          { expr: quantile(0.95, 'tenant_ready_duration_seconds'), legend: '95 %' },
        ],
        { unit: 's', width: 12 },
      ),
      graph(
        'Conflicts',
        'Writes that met an object of somebody else',
        [
          {
            expr: `sum by (resource_kind, conflict_policy) (rate(tenant_conflicts_total{${here}}[${rate}]))`,
            legend: '{{resource_kind}} {{conflict_policy}}',
          },
        ],
        { unit: 'ops', width: 12 },
      ),
    ],
  },
  {
    title: 'Rows and rollouts',
    panels: [
      graph(
        'Age of the last read',
        'By registry',
        [{ expr: `registry_sync_age_seconds{${here}}`, legend: '{{registry}}' }],
        { unit: 's' },
      ),
      graph(
        'Reads of the tables',
        'How long they take, and failures',
        [{ expr: quantile(0.95, 'registry_sync_duration_seconds', ', result'), legend: '95 % {{result}}' }],
        { unit: 's' },
      ),
      graph('Tables that can be read', '1 is well', [
        { expr: `registry_up{${here}}`, legend: '{{registry}}' },
      ]),
      graph('Rollouts', '0 idle, 1 in progress, 2 failed, 3 complete', [
        { expr: `template_rollout_phase{${here}}`, legend: '{{template}}' },
      ]),
      graph('Tenants by template', 'All and ready', [
        { expr: `template_tenants{${here}}`, legend: '{{template}}' },
        { expr: `template_ready{${here}}`, legend: '{{template}} ready' },
      ]),
      graph('Leftover DNS records', 'They outlived their tenants', [
        { expr: `registry_leftover_records{${here}}`, legend: '{{registry}}' },
      ]),
    ],
  },
  {
    title: 'DNS',
    panels: [
      graph(
        'Records by state',
        'As the name servers have them',
        [{ expr: 'sum by (state) (tenant_dns_records) > 0', legend: '{{state}}' }],
        { width: 12 },
      ),
      graph(
        'From a row to published',
        'For new tenants',
        [
          { expr: quantile(0.5, 'tenant_dns_publish_duration_seconds'), legend: 'half' },
          { expr: quantile(0.95, 'tenant_dns_publish_duration_seconds'), legend: '95 %' },
        ],
        { unit: 's', width: 12 },
      ),
      graph('ExternalDNS: errors', 'Its own counters', [
        { expr: `sum(rate(external_dns_source_errors_total[${rate}]))`, legend: 'sources' },
        { expr: `sum(rate(external_dns_registry_errors_total[${rate}]))`, legend: 'zones' },
        { expr: 'max(external_dns_controller_consecutive_soft_errors)', legend: 'failures in a row' },
      ]),
      graph(
        'ExternalDNS: last sync',
        'How long ago',
        [{ expr: 'time() - external_dns_controller_last_sync_timestamp_seconds', legend: '{{pod}}' }],
        { unit: 's' },
      ),
      graph('ExternalDNS: records', 'In its zones, and asked for by its sources', [
        { expr: 'sum(external_dns_registry_endpoints_total)', legend: 'zones' },
        { expr: 'sum(external_dns_source_endpoints_total)', legend: 'sources' },
      ]),
    ],
  },
  {
    title: 'The operator',
    panels: [
      graph(
        'Passes over tenants',
        'By result',
        [
          {
            expr: `sum by (result) (rate(tenant_reconcile_duration_seconds_count[${rate}]))`,
            legend: '{{result}}',
          },
        ],
        { unit: 'ops' },
      ),
      graph(
        'Duration of a pass',
        'Half, and 99 %',
        [
          { expr: quantile(0.5, 'tenant_reconcile_duration_seconds'), legend: 'half' },
          { expr: quantile(0.99, 'tenant_reconcile_duration_seconds'), legend: '99 %' },
        ],
        { unit: 's' },
      ),
      graph(
        'Writes',
        'By result',
        [{ expr: `sum by (result) (rate(apply_attempts_total[${rate}]))`, legend: '{{result}}' }],
        { unit: 'ops' },
      ),
      graph('Queues', 'Keys that wait, and that are worked on', [
        { expr: 'sum by (name) (workqueue_depth)', legend: '{{name}} waiting' },
        { expr: 'sum by (name) (workqueue_active)', legend: '{{name}} in work' },
      ]),
      graph(
        'Requests to the API server',
        'By status',
        [
          {
            expr: `sum by (method, code) (rate(rest_client_requests_total[${rate}]))`,
            legend: '{{method}} {{code}}',
          },
        ],
        { unit: 'reqps' },
      ),
      graph(
        'Duration of requests',
        '99 % by verb',
        [{ expr: quantile(0.99, 'rest_client_request_duration_seconds', ', verb'), legend: '{{verb}}' }],
        { unit: 's' },
      ),
      graph('CPU', 'Cores', [
        { expr: `rate(process_cpu_seconds_total{job=~".*tenant-operator.*"}[${rate}])`, legend: '{{pod}}' },
      ]),
      graph(
        'Memory',
        'Resident, and the heap in use',
        [
          { expr: 'process_resident_memory_bytes{job=~".*tenant-operator.*"}', legend: '{{pod}} resident' },
          { expr: 'nodejs_heap_size_used_bytes{job=~".*tenant-operator.*"}', legend: '{{pod}} heap' },
        ],
        { unit: 'bytes' },
      ),
      graph(
        'Reviews of the webhook',
        '99 % by verdict',
        [
          {
            expr: quantile(0.99, 'webhook_review_duration_seconds', ', operation, result'),
            legend: '{{operation}} {{result}}',
          },
        ],
        { unit: 's' },
      ),
    ],
  },
];

/** Grafana's own placeholder for what is chosen at the top. */
const chosen = `\${datasource}`;
const datasource = { type: 'prometheus', uid: chosen };

/** As Grafana 10 and later import it. */
export function dashboard(): object {
  const panels: object[] = [];
  let y = 0;
  for (const row of ROWS) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: 24, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    let height = 0;
    for (const panel of row.panels) {
      if (x + panel.width > 24) {
        x = 0;
        y += height;
        height = 0;
      }
      const h = panel.kind === 'stat' ? 4 : 8;
      panels.push({ id: panels.length + 1, ...panelOf(panel), gridPos: { x, y, w: panel.width, h } });
      x += panel.width;
      height = Math.max(height, h);
    }
    y += height;
  }
  return {
    uid: 'tenant-operator',
    title: 'Tenant Operator',
    description: 'Rows, tenants, their objects and DNS records. Generated by `make generate`.',
    tags: ['tenant-operator', 'kubernetes'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
        {
          name: 'namespace',
          label: 'Namespace',
          type: 'query',
          datasource,
          query: { query: 'label_values(registry_desired, namespace)', refId: 'namespace' },
          refresh: 2,
          includeAll: true,
          multi: true,
          allValue: '.*',
          current: { text: 'All', value: '$__all' },
        },
      ],
    },
    panels,
  };
}

function panelOf({ title, about, kind, unit, queries, limits }: Panel): object {
  const targets = queries.map(({ expr, legend }, i) => ({
    refId: String.fromCharCode('A'.charCodeAt(0) + i),
    datasource,
    expr,
    ...(legend === undefined ? {} : { legendFormat: legend }),
    ...(kind === 'table' ? { format: 'table', instant: true } : {}),
  }));
  const steps = limits
    ? [
        { color: 'green', value: null },
        { color: 'yellow', value: limits[0] },
        { color: 'red', value: limits[1] },
      ]
    : [{ color: 'green', value: null }];
  const types = { stat: 'stat', graph: 'timeseries', table: 'table' } as const;
  return {
    type: types[kind],
    title,
    description: about,
    datasource,
    targets,
    fieldConfig: {
      defaults: { unit: unit ?? 'short', thresholds: { mode: 'absolute', steps } },
      overrides: [],
    },
    ...(kind === 'table'
      ? {
          transformations: [
            {
              id: 'organize',
              options: { excludeByName: { Time: true, __name__: true, job: true, instance: true } },
            },
          ],
        }
      : {}),
  };
}
