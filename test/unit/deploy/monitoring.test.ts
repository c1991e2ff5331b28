/** Alerts and the dashboard speak of metrics that there are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMetrics } from '@tenant-operator/operator';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboard } from '../../../packages/cli/scripts/chart/grafana.ts';

const root = join(import.meta.dirname, '..', '..', '..');

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    readonly runbook_url: string;
  };
}

const { groups } = parse(readFileSync(join(root, 'deploy', 'alerts', 'tenant-operator.yaml'), 'utf8')) as {
  groups: { name: string; rules: Alert[] }[];
};
const alerts = groups.flatMap(({ rules }) => rules);

/** Of ExternalDNS, in the release that first had them. */
const FOREIGN: Readonly<Record<string, string>> = {
  external_dns_source_errors_total: '0.14',
  external_dns_registry_errors_total: '0.14',
  external_dns_registry_endpoints_total: '0.14',
  external_dns_source_endpoints_total: '0.14',
  external_dns_controller_last_sync_timestamp_seconds: '0.14',
  external_dns_controller_consecutive_soft_errors: '0.15',
  external_dns_controller_changes_total: 'later',
};

const described = createMetrics({ version: '1', tenantSeriesLimit: 1 }).describe();

/** Metrics that an expression reads, and the labels that it asks of each. */
function selectors(expr: string): { metric: string; labels: string[] }[] {
  const text = expr.replaceAll(/"[^"]*"/g, '""').replaceAll(/\b(?:by|without|on|ignoring) \([^)]*\)/g, '');
  return [...text.matchAll(/\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\b(?!\()(?:\{([^}]*)\})?/g)]
    .filter(
      ([name]) =>
        !name.startsWith('__rate') && !/^(?:histogram_quantile|max_over_time|min_over_time)$/.test(name),
    )
    .map(([, metric = '', inner = '']) => ({
      metric,
      labels: inner.split(',').flatMap((part) => /^\s*([a-z_]+)\s*[=!]/.exec(part)?.[1] ?? []),
    }));
}

/** The complaint about a selector, or undefined. `job` and `pod` come from the scrape. */
function complaint({ metric, labels }: { metric: string; labels: string[] }): string | undefined {
  if (metric in FOREIGN) return undefined;
  const found = described.find(({ name, type }) =>
    type === 'histogram' ? new RegExp(`^${name}_(?:bucket|sum|count)$`).test(metric) : name === metric,
  );
  if (!found) return `there is no metric ${metric}`;
  const foreign = labels.filter((label) => !found.labels.includes(label) && label !== 'job');
  return foreign.length > 0 ? `${metric} has no label ${foreign.join(', ')}` : undefined;
}

describe('alerts', () => {
  const runbooks = readFileSync(join(root, 'docs', 'runbooks.md'), 'utf8');
  const anchors = [...runbooks.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title.toLowerCase());

  it.each(alerts)(
    '$alert reads metrics that exist and has its runbook',
    ({ expr, alert, labels, annotations }) => {
      expect(selectors(expr).length).toBeGreaterThan(0);
      expect(selectors(expr).flatMap((selector) => complaint(selector) ?? [])).toEqual([]);
      expect(['info', 'warning', 'critical']).toContain(labels.severity);
      const [page, anchor] = annotations.runbook_url.split('#');
      expect(page).toMatch(/\/docs\/runbooks\.md$/);
      expect(anchor).toBe(alert.toLowerCase());
      expect(anchors).toContain(anchor);
    },
  );

  it('are all that the runbooks speak of, each once', () => {
    expect(anchors.sort()).toEqual(alerts.map(({ alert }) => alert.toLowerCase()).sort());
  });

  it('would be found out', () => {
    expect(complaint({ metric: 'tenant_unheard_of', labels: [] })).toBe(
      'there is no metric tenant_unheard_of',
    );
    expect(complaint({ metric: 'registry_up', labels: ['tenant'] })).toBe('registry_up has no label tenant');
    expect(selectors('sum by (le) (rate(a_b_bucket{x="y",z!="w"}[5m])) > 2')).toEqual([
      { metric: 'a_b_bucket', labels: ['x', 'z'] },
    ]);
  });
});

describe('the dashboard', () => {
  const { panels } = dashboard() as {
    panels: {
      id: number;
      type: string;
      title: string;
      targets?: { expr: string; legendFormat?: string }[];
      gridPos: { x: number; w: number };
    }[];
  };
  const queried = panels.filter(({ targets }) => targets !== undefined);

  it.each(queried)('$title reads metrics that exist', ({ targets = [] }) => {
    const complaints = targets.flatMap(({ expr }) =>
      selectors(expr).flatMap((selector) => complaint(selector) ?? []),
    );
    expect(complaints).toEqual([]);
    expect(targets.every(({ expr }) => selectors(expr).length > 0)).toBe(true);
  });

  it('has room for every panel, and ids of their own', () => {
    expect(panels.filter(({ gridPos }) => gridPos.x + gridPos.w > 24)).toEqual([]);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});
