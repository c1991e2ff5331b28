import { hostname } from 'node:os';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { version } from '../version.ts';
import type { Tracing } from './index.ts';

/** For the last spans, in milliseconds; a collector that is away must not hold the end of the process. */
const flushMs = 3_000;

/** Registers the SDK for the whole process. Sampling, limits, headers and so on come from their own variables. */
export function startSdk(env: NodeJS.ProcessEnv): Tracing {
  const own = resourceFromAttributes({
    'service.name': 'tenant-operator',
    'service.version': version,
    'service.instance.id': env.POD_NAME ?? hostname(),
  });
  const provider = new NodeTracerProvider({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
    resource: defaultResource()
      .merge(own)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  return {
    async stop() {
      let timer: NodeJS.Timeout | undefined;
      const over = new Promise((resolve) => {
        timer = setTimeout(resolve, flushMs);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), over]);
      clearTimeout(timer);
    },
  };
}
