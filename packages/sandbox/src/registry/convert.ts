/** The two built-in kinds with two served versions: events and HorizontalPodAutoscalers. */
import type { Decoder } from '../decode/index.ts';
import { child, isObject, type Json, type JsonObject } from '../json.ts';
import type { Builtins } from '../schema/builtin.ts';

export function convertBuiltin(
  object: JsonObject,
  to: string,
  _decoder: Decoder,
  _builtins: Builtins,
): JsonObject {
  if (object.kind === 'Event') return to === 'v1' ? toCoreEvent(object) : toNewEvent(object);
  if (object.kind === 'HorizontalPodAutoscaler')
    return to === 'autoscaling/v1' ? toHpaV1(object) : toHpaV2(object);
  return { ...object, apiVersion: to };
}

function rename(object: JsonObject, names: Record<string, string>, apiVersion: string): JsonObject {
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(object)) out[names[key] ?? key] = value;
  return { ...out, apiVersion };
}

const TO_NEW: Record<string, string> = {
  involvedObject: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
};
const TO_CORE = Object.fromEntries(Object.entries(TO_NEW).map(([a, b]) => [b, a]));

function toNewEvent(event: JsonObject): JsonObject {
  const out = rename(event, TO_NEW, 'events.k8s.io/v1');
  // The older kind always writes them.
  for (const field of ['reportingController', 'reportingInstance']) if (out[field] === '') delete out[field];
  return out;
}
function toCoreEvent(event: JsonObject): JsonObject {
  const out = rename(event, TO_CORE, 'v1');
  out.involvedObject ??= {};
  out.source ??= {};
  out.reportingComponent ??= '';
  out.reportingInstance ??= '';
  return out;
}

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';

function cpuTarget(metric: Json): Json | undefined {
  const resource = isObject(metric) ? child(metric, 'resource') : undefined;
  const target = child(resource, 'target');
  return resource?.name === 'cpu' && target?.type === 'Utilization' ? target.averageUtilization : undefined;
}

function toHpaV1(hpa: JsonObject): JsonObject {
  const { metrics, behavior: _behavior, ...spec } = child(hpa, 'spec') ?? {};
  const list = Array.isArray(metrics) ? metrics : [];
  const cpu = list.map(cpuTarget).find((value) => value !== undefined);
  const rest = list.filter((metric) => cpuTarget(metric) === undefined);
  const metadata = { ...child(hpa, 'metadata') };
  if (rest.length > 0)
    metadata.annotations = { ...child(metadata, 'annotations'), [METRICS]: JSON.stringify(rest) };
  const { currentMetrics: _, ...rest_ } = child(hpa, 'status') ?? {};
  const status = { currentReplicas: 0, desiredReplicas: 0, ...rest_ };
  return {
    ...hpa,
    apiVersion: 'autoscaling/v1',
    metadata,
    spec: { ...spec, ...(cpu === undefined ? {} : { targetCPUUtilizationPercentage: cpu }) },
    status,
  };
}

function toHpaV2(hpa: JsonObject): JsonObject {
  const { targetCPUUtilizationPercentage: cpu, ...spec } = child(hpa, 'spec') ?? {};
  const metadata = { ...child(hpa, 'metadata') };
  const { [METRICS]: saved, ...annotations } = child(metadata, 'annotations') ?? {};
  const metrics: Json[] = typeof saved === 'string' ? (JSON.parse(saved) as Json[]) : [];
  if (saved !== undefined) metadata.annotations = annotations;
  if (cpu !== undefined && cpu !== null)
    metrics.unshift({
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } },
    });
  const status = { currentMetrics: null, desiredReplicas: 0, ...child(hpa, 'status') };
  return {
    ...hpa,
    apiVersion: 'autoscaling/v2',
    metadata,
    spec: { ...spec, ...(metrics.length > 0 ? { metrics } : {}) },
    status,
  };
}
