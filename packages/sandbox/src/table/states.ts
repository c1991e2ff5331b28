/** Cells that sum up a state: events, pods, jobs, autoscaler targets. */
import { at, child, type Json, type JsonObject } from '../json.ts';
import {
  age,
  containers,
  count,
  duration,
  images,
  list,
  name,
  old,
  or,
  selector,
  size,
  text,
} from './text.ts';

export function event(o: JsonObject, now: number): Json[] {
  const e =
    o.regarding === undefined
      ? o
      : {
          ...o,
          involvedObject: o.regarding,
          message: o.note,
          source: o.deprecatedSource,
          firstTimestamp: o.deprecatedFirstTimestamp,
          lastTimestamp: o.deprecatedLastTimestamp,
          count: o.deprecatedCount,
          reportingComponent: o.reportingController,
        };
  const involved = child(e, 'involvedObject') ?? {};
  const first = e.firstTimestamp ? age(now, e.firstTimestamp) : age(now, e.eventTime);
  const series = child(e, 'series');
  let last = e.lastTimestamp ? age(now, e.lastTimestamp) : first;
  let times = count(e.count);
  if (series) {
    last = age(now, series.lastObservedTime);
    times = count(series.count);
  } else if (times === 0) times = 1;
  const source = child(e, 'source') ?? {};
  const component = text(source.component) || text(e.reportingComponent);
  const host = text(source.component) ? text(source.host) : text(e.reportingInstance);
  const target = `${text(involved.kind).toLowerCase()}/${text(involved.name)}`;
  return [
    last,
    text(e.type),
    text(e.reason),
    target,
    text(involved.fieldPath),
    host ? `${component}, ${host}` : component,
    text(e.message).trim(),
    first,
    times,
    name(e),
  ];
}

export function pod(o: JsonObject, now: number): Json[] {
  const status = child(o, 'status') ?? {};
  const spec = child(o, 'spec') ?? {};
  const states = list(status.containerStatuses);
  let reason = text(status.reason) || text(status.phase);
  for (const condition of list(status.conditions))
    if (condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated')
      reason = 'SchedulingGated';
  let restarts = 0;
  let ready = 0;
  for (const state of [...states].reverse()) {
    restarts += count(state.restartCount);
    const waiting = text(at(state, 'state', 'waiting', 'reason'));
    const ended = child(child(state, 'state'), 'terminated');
    if (waiting) reason = waiting;
    else if (ended)
      reason =
        text(ended.reason) ||
        (count(ended.signal) ? `Signal:${count(ended.signal)}` : `ExitCode:${count(ended.exitCode)}`);
    else if (state.ready === true && at(state, 'state', 'running') !== undefined) ready++;
  }
  if (reason === 'Completed' && ready > 0)
    reason = list(status.conditions).some((c) => c.type === 'Ready' && c.status === 'True')
      ? 'Running'
      : 'NotReady';
  if (at(o, 'metadata', 'deletionTimestamp'))
    reason = status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  const gates = list(spec.readinessGates);
  const met = gates.filter((gate) =>
    list(status.conditions).some((c) => c.type === gate.conditionType && c.status === 'True'),
  ).length;
  return [
    name(o),
    `${ready}/${size(spec.containers)}`,
    reason,
    String(restarts),
    old(o, now),
    or(text(status.podIP)),
    or(text(spec.nodeName)),
    or(text(status.nominatedNodeName)),
    gates.length > 0 ? `${met}/${gates.length}` : '<none>',
  ];
}

export function job(o: JsonObject, now: number): Json[] {
  const spec = child(o, 'spec') ?? {};
  const status = child(o, 'status') ?? {};
  const succeeded = count(status.succeeded);
  const parallel = count(spec.parallelism);
  const completions =
    spec.completions !== undefined
      ? `${succeeded}/${count(spec.completions)}`
      : parallel > 1
        ? `${succeeded}/1 of ${parallel}`
        : `${succeeded}/1`;
  const start = status.startTime;
  const end = status.completionTime;
  const took =
    typeof start !== 'string'
      ? ''
      : duration((typeof end === 'string' ? Date.parse(end) : now) - Date.parse(start));
  const has = (type: string) => list(status.conditions).some((c) => c.type === type && c.status === 'True');
  let state = 'Running';
  if (has('Complete')) state = 'Complete';
  else if (has('Failed')) state = 'Failed';
  else if (at(o, 'metadata', 'deletionTimestamp')) state = 'Terminating';
  else if (has('Suspended')) state = 'Suspended';
  else if (has('FailureTarget')) state = 'FailureTarget';
  else if (has('SuccessCriteriaMet')) state = 'SuccessCriteriaMet';
  return [name(o), state, completions, took, old(o, now), containers(o), images(o), selector(spec.selector)];
}

export function targets(o: JsonObject): string {
  const metrics = list(at(o, 'spec', 'metrics'));
  if (metrics.length === 0) return '<none>';
  const current = list(at(o, 'status', 'currentMetrics'));
  const shown = metrics.slice(0, 2).map((metric, i) => {
    const kind = text(metric.type);
    const key = kind.charAt(0).toLowerCase() + kind.slice(1);
    const source = child(metric, key) ?? {};
    const target = child(source, 'target') ?? {};
    const now = child(child(current[i], key), 'current') ?? {};
    if (kind !== 'Resource' && kind !== 'ContainerResource')
      return `${or(text(now.averageValue) || text(now.value), '<unknown>')}/${text(target.averageValue) || text(target.value)}`;
    if (target.averageValue !== undefined)
      return `${text(source.name)}: ${or(text(now.averageValue), '<unknown>')}/${text(target.averageValue)}`;
    const used = now.averageUtilization === undefined ? '<unknown>' : `${text(now.averageUtilization)}%`;
    return `${text(source.name)}: ${used}/${text(target.averageUtilization)}%`;
  });
  return metrics.length > 2 ? `${shown.join(', ')} + ${metrics.length - 2} more...` : shown.join(', ');
}
