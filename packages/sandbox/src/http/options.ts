/** Reading the query and body options of the verbs. */
import type { DeleteOptions, ListOptions, RequestContext } from '../engine/index.ts';
import { child, isObject, type JsonObject } from '../json.ts';
import {
  type ApiStatusError,
  badRequest,
  type FieldError,
  forbiddenField,
  invalid,
  invalidValue,
  notSupported,
  plainFailure,
  tooLong,
} from '../status/index.ts';
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

/** Whose change it is; refuses names that could not be stored. */
export function readManager(query: URLSearchParams, method: string): string | undefined {
  const manager = query.get('fieldManager');
  if (manager === null || manager === '') return undefined;
  if (Buffer.byteLength(manager) > 128) throw invalidOption(method, tooLong('fieldManager', 128));
  const at = [...manager].findIndex((c) => !/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(c));
  if (at >= 0) {
    const code = ([...manager][at]?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw invalidOption(
      method,
      invalidValue('fieldManager', manager, `invalid character U+${code} (at position ${at})`),
    );
  }
  return manager;
}

/** What is wrong with the combination of a list's or a watch's options (KEP-3157 for streaming lists). */
export function checkListOptions(query: URLSearchParams, watch: boolean): void {
  const match = query.get('resourceVersionMatch') ?? '';
  const revision = query.get('resourceVersion') ?? '';
  const initial = query.get('sendInitialEvents');
  const limit = query.get('limit');
  if (limit !== null && limit !== '' && !/^[+-]?\d+$/.test(limit))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(limit)}: invalid syntax`);
  const errors: FieldError[] = [];
  const forbid = (field: string, why: string) => errors.push(forbiddenField(field, why));
  if (watch) {
    if (initial !== null) {
      if (match !== 'NotOlderThan')
        forbid(
          'resourceVersionMatch',
          'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
        );
      if (match !== '' && match !== 'NotOlderThan')
        errors.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']));
    } else if (match !== '')
      forbid(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      );
  } else {
    if (match !== '') {
      if (revision === '')
        forbid(
          'resourceVersionMatch',
          'resourceVersionMatch is forbidden unless resourceVersion is provided',
        );
      if (query.get('continue'))
        forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided');
      if (match !== 'Exact' && match !== 'NotOlderThan')
        errors.push(notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
      if (match === 'Exact' && revision === '0')
        forbid('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
    }
    if (initial !== null) forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  }
  if (errors.length > 0) throw invalid('meta.k8s.io', 'ListOptions', '', errors);
  if (!watch && query.get('continue') && revision !== '' && revision !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
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
    const { value } = parseBody(text, true, (why) => plainFailure(500, why));
    if (isObject(value)) body = value;
    if (body.kind !== undefined && body.kind !== 'DeleteOptions')
      throw plainFailure(
        500,
        `no kind "DeleteOptions" is registered for the body's kind ${JSON.stringify(body.kind)}`,
      );
  }
  const preconditions = child(body, 'preconditions') ?? {};
  const policy = body.propagationPolicy ?? query.get('propagationPolicy');
  const orphan =
    body.orphanDependents ??
    (query.has('orphanDependents') ? query.get('orphanDependents') === 'true' : undefined);
  const grace =
    body.gracePeriodSeconds ??
    (query.has('gracePeriodSeconds') ? Number(query.get('gracePeriodSeconds')) : undefined);
  if (orphan !== undefined && typeof policy === 'string' && policy !== '')
    throw invalidOption(
      'DELETE',
      invalidValue(
        'propagationPolicy',
        policy,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    );
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
