/** Traces leave the process when the standard variables of OpenTelemetry say where to; docs/adr/0013 has the choice of the SDK. */
import { trace } from '@opentelemetry/api';
import type { Logger } from '@tenant-operator/kube';

export interface Tracing {
  /** Sends what is left, for a few seconds at the most. */
  stop(): Promise<void>;
}

const none: Tracing = { stop: () => Promise.resolve() };

/**
 * Starts the SDK when OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set, unless OTEL_SDK_DISABLED or
 * OTEL_TRACES_EXPORTER=none say otherwise, or somebody has loaded an SDK already (`node --import`). Nothing of it is loaded else.
 */
export async function startTracing(env: NodeJS.ProcessEnv, log: Logger): Promise<Tracing> {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint || env.OTEL_SDK_DISABLED === 'true' || env.OTEL_TRACES_EXPORTER === 'none') return none;
  if (isTraced()) return none;
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol === 'grpc') {
    log.warn(
      { protocol },
      'traces are sent as OTLP over HTTP: name the HTTP port of the collector, usually 4318',
    );
  }
  const { startSdk } = await import('./sdk.ts');
  const tracing = startSdk(env);
  log.info({ endpoint: withoutPassword(endpoint) }, 'traces are sent');
  return tracing;
}

function isTraced(): boolean {
  const span = trace.getTracer('tenant-operator').startSpan('probe');
  span.end();
  return span.isRecording() || span.spanContext().traceId !== '0'.repeat(32);
}

function withoutPassword(endpoint: string): string {
  try {
    const { origin, pathname } = new URL(endpoint);
    return `${origin}${pathname}`;
  } catch {
    return 'an address that cannot be read';
  }
}
