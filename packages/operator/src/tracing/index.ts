/**
 * Traces, by the API of OpenTelemetry alone: without an SDK in the process every call here does nothing. Which spans there are:
 * `reconcile <queue>` for a pass, `read table` for a SELECT, and one for each request to the API server (packages/kube).
 */
import { type Attributes, type Span, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = () => trace.getTracer('tenant-operator');

/** Runs work in a span; what it throws is noted and thrown on. */
export function traced<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return tracer().startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Notes a failure that is no exception to the caller. */
export function markFailed(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
