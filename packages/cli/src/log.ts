/** The log: one JSON object a line, with the level as a word. */
import { trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, pino } from 'pino';

/** Nothing of ours logs these; should it ever, they do not get out. */
const secrets = ['password', 'token', 'authorization', 'secret', 'key'];

export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    mixin: traceFields,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: secrets.flatMap((name) => [`*.${name}`]).concat(secrets.filter((name) => name !== 'key')),
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Leads from a line to its trace, while there is one. */
function traceFields(): object {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return {};
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}
