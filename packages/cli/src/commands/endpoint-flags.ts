/** The flags of what is served to machines: metrics and probes. */
import { InvalidArgumentError, type Option } from 'commander';
import { type BindAddress, parseBindAddress } from '../bind-address.ts';

/** As commander names them. */
export interface EndpointFlags {
  readonly metricsBindAddress?: BindAddress;
  readonly metricsAuth: 'none' | 'token';
  readonly metricsTlsCertFile?: string;
  readonly metricsTlsKeyFile?: string;
  readonly metricsTenantSeriesLimit: number;
  readonly healthBindAddress?: BindAddress;
}

type Flag = (flags: string, description: string, env: string) => Option;

export function endpointOptions(flag: Flag): Option[] {
  return [
    flag(
      '--metrics-bind-address <host:port>',
      'where metrics are served; nowhere when left out',
      'METRICS_BIND_ADDRESS',
    ).argParser(parseBindAddress),
    flag(
      '--metrics-auth <mode>',
      'who may read metrics: none asks nobody; token asks for one that may get /metrics, over TLS',
      'METRICS_AUTH',
    )
      .choices(['none', 'token'])
      .default('none'),
    flag(
      '--metrics-tls-cert-file <file>',
      'certificate of the metrics; with token and without a file one is made at the start',
      'METRICS_TLS_CERT_FILE',
    ),
    flag('--metrics-tls-key-file <file>', 'its private key', 'METRICS_TLS_KEY_FILE'),
    flag(
      '--metrics-tenant-series-limit <n>',
      'with more tenants than this, metrics tell of their sums alone',
      'METRICS_TENANT_SERIES_LIMIT',
    )
      .argParser(count)
      .default(1_000),
    flag(
      '--health-bind-address <host:port>',
      'where /healthz and /readyz are served; nowhere when left out',
      'HEALTH_BIND_ADDRESS',
    ).argParser(parseBindAddress),
  ];
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('a whole number is needed, 0 for none');
}
