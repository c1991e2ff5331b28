/** Reading the query and body options of the verbs. */
import type { DeleteOptions, ListOptions, RequestContext } from '../engine/index.ts';
import { child, isObject, type JsonObject } from '../json.ts';
import { type ApiStatusError, type FieldError, invalid, notSupported } from '../status/index.ts';
import { parseBody } from './body.ts';

/** `kubectl/v1.34.4 (linux/amd64)` manages as `kubectl`. */
export function agentName(agent: string | undefined): string {
  const name = (agent ?? '').split('/')[0] ?? '';
  return name.slice(0, 128) || 'unknown';
}

/** Which options object a method's query is, for errors. */
const OPTIONS: Record<string, string> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
  DELETE: 'DeleteOptions',
};

export function invalidOption(method: string, error: FieldError): ApiStatusError {
  return invalid('meta.k8s.io', OPTIONS[method] ?? 'ListOptions', '', [error]);
}

export function readDryRun(query: URLSearchParams, method: string): boolean {
  const values = query.getAll('dryRun').filter((value) => value !== '');
  if (values.some((value) => value !== 'All'))
    throw invalidOption(method, notSupported('dryRun', values, ['All']));
  return values.length > 0;
}

export function readValidation(query: URLSearchParams, method: string): RequestContext['validation'] {
  const value = query.get('fieldValidation') ?? '';
  if (value === '') return 'Warn';
  if (value === 'Strict' || value === 'Warn' || value === 'Ignore') return value;
  throw invalidOption(method, notSupported('fieldValidation', value, ['', 'Ignore', 'Strict', 'Warn']));
}

export function readListOptions(query: URLSearchParams, namespace: string, name: string): ListOptions {
  const fields = query.get('fieldSelector') ?? '';
  return {
    namespace,
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: name ? `metadata.name=${name}${fields ? `,${fields}` : ''}` : fields,
    limit: Number(query.get('limit') ?? 0) || 0,
    continue: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
  };
}

export function readDeleteOptions(
  text: string,
  query: URLSearchParams,
  context: RequestContext,
): DeleteOptions {
  let body: JsonObject = {};
  if (text.trim()) {
    const { value } = parseBody(text, true);
    if (isObject(value)) body = value;
  }
  const preconditions = child(body, 'preconditions') ?? {};
  const policy = body.propagationPolicy ?? query.get('propagationPolicy');
  const orphan =
    body.orphanDependents ??
    (query.has('orphanDependents') ? query.get('orphanDependents') === 'true' : undefined);
  const grace =
    body.gracePeriodSeconds ??
    (query.has('gracePeriodSeconds') ? Number(query.get('gracePeriodSeconds')) : undefined);
  if (Array.isArray(body.dryRun) && body.dryRun.includes('All')) context.dryRun = true;
  return {
    ...(typeof preconditions.uid === 'string' ? { uid: preconditions.uid } : {}),
    ...(typeof preconditions.resourceVersion === 'string'
      ? { resourceVersion: preconditions.resourceVersion }
      : {}),
    ...(typeof policy === 'string' && policy !== '' ? { propagationPolicy: policy } : {}),
    ...(typeof orphan === 'boolean' ? { orphanDependents: orphan } : {}),
    ...(typeof grace === 'number' ? { gracePeriodSeconds: grace } : {}),
  };
}
