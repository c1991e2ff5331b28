/** Validating webhooks (admissionregistration.k8s.io/v1, AdmissionReview v1). */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AdmissionInput } from '../engine/index.ts';
import { metaOf } from '../engine/meta.ts';
import { at, child, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import { matchSelector } from '../selector/index.ts';
import { ApiStatusError, internal } from '../status/index.ts';
import type { Store } from '../storage/index.ts';
import { failedConditions, matchConditions } from './conditions.ts';

const SHELF = 'admissionregistration.k8s.io/validatingwebhookconfigurations';

export interface WebhookOptions {
  store: Store;
  newUid(): string;
  /** Where a webhook that names a Service is reached: `namespace/name:port` to a URL. */
  services: Readonly<Record<string, string>>;
}

/** Calls every webhook that wants to see the request, in name order; throws ApiStatusError when one refuses. */
export function createAdmission(options: WebhookOptions): (input: AdmissionInput) => Promise<void> {
  const { store, services } = options;
  return async (input) => {
    if (input.type.group === 'admissionregistration.k8s.io') return;
    for (const configuration of store.list(SHELF, '')) {
      for (const hook of (Array.isArray(configuration.webhooks) ? configuration.webhooks : []).filter(
        isObject,
      )) {
        if (!wants(store, hook, input)) continue;
        await call(hook, input);
      }
    }
  };

  async function call(hook: JsonObject, input: AdmissionInput): Promise<void> {
    const name = textOf(hook.name);
    const { type, context } = input;
    const kind = { group: type.group, version: type.version, kind: type.kind };
    const resource = { group: type.group, version: type.version, resource: type.resource };
    const uid = options.newUid();
    const request: JsonObject = {
      uid,
      kind,
      resource,
      ...(context.subresource ? { subResource: context.subresource } : {}),
      requestKind: kind,
      requestResource: resource,
      name: input.name,
      ...(context.namespace ? { namespace: context.namespace } : {}),
      operation: input.operation,
      userInfo: { username: context.user.name, groups: context.user.groups },
      object: input.object,
      oldObject: input.oldObject,
      dryRun: context.dryRun,
      options: input.options,
    };
    const match = matchConditions(hook, request);
    if (match.kind === 'not' || (match.kind === 'failed' && hook.failurePolicy === 'Ignore')) return;
    if (match.kind === 'failed') throw internal(failedConditions(hook.name, match.why));
    const review: JsonObject = { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request };
    let answer: Json;
    try {
      answer = await post(hook, review, services);
    } catch (error) {
      if (hook.failurePolicy === 'Ignore') return;
      throw internal(
        `failed calling webhook ${JSON.stringify(name)}: failed to call webhook: ${(error as Error).message}`,
      );
    }
    const response = isObject(answer) ? child(answer, 'response') : undefined;
    if (!response || response.uid !== uid) {
      if (hook.failurePolicy === 'Ignore') return;
      throw internal(
        `failed calling webhook ${JSON.stringify(name)}: expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response?.uid ?? '')}`,
      );
    }
    for (const warning of Array.isArray(response.warnings) ? response.warnings : [])
      context.warn(textOf(warning));
    if (response.allowed === true) return;
    const status = child(response, 'status') ?? {};
    const text =
      typeof status.message === 'string' && status.message
        ? `denied the request: ${status.message}`
        : typeof status.reason === 'string' && status.reason
          ? `denied the request: ${status.reason}`
          : 'denied the request without explanation';
    const code = typeof status.code === 'number' && status.code >= 400 ? status.code : 400;
    throw new ApiStatusError(
      code,
      typeof status.reason === 'string' ? status.reason : code === 403 ? 'Forbidden' : '',
      `admission webhook ${JSON.stringify(name)} ${text}`,
      isObject(status.details) ? status.details : undefined,
    );
  }
}

function wants(store: Store, hook: JsonObject, input: AdmissionInput): boolean {
  const { type, context } = input;
  const one = (list: Json | undefined, value: string): boolean =>
    Array.isArray(list) && list.some((item) => item === '*' || item === value);
  const full = context.subresource ? `${type.resource}/${context.subresource}` : type.resource;
  const scope = type.namespaced ? 'Namespaced' : 'Cluster';
  const rules = (Array.isArray(hook.rules) ? hook.rules : []).filter(isObject);
  const matches = rules.some((rule) => {
    const resources = Array.isArray(rule.resources) ? rule.resources : [];
    const named = resources.some(
      (r) =>
        r === full ||
        r === '*/*' ||
        (r === '*' && !context.subresource) ||
        r === `${type.resource}/*` ||
        r === `*/${context.subresource}`,
    );
    return (
      named &&
      one(rule.apiGroups, type.group) &&
      one(rule.apiVersions, type.version) &&
      one(rule.operations, input.operation) &&
      [undefined, '*', scope].includes(rule.scope as string | undefined)
    );
  });
  if (!matches) return false;
  const objects = [input.object, input.oldObject].filter(isObject);
  const labelsOf = (object: JsonObject | undefined): JsonObject =>
    child(child(object, 'metadata'), 'labels') ?? {};
  if (
    isObject(hook.objectSelector) &&
    !objects.some((object) => matchSelector(hook.objectSelector as JsonObject, labelsOf(object)))
  )
    return false;
  if (!isObject(hook.namespaceSelector) || Object.keys(hook.namespaceSelector).length === 0) return true;
  if (type.shelf === '/namespaces')
    return objects.some((object) => matchSelector(hook.namespaceSelector as JsonObject, labelsOf(object)));
  if (!type.namespaced) return true;
  return matchSelector(
    hook.namespaceSelector,
    labelsOf(store.get('/namespaces', context.namespace || metaOf(objects[0]).namespace)),
  );
}

function urlOf(hook: JsonObject, services: Readonly<Record<string, string>>): string {
  const config = child(hook, 'clientConfig') ?? {};
  if (typeof config.url === 'string') return config.url;
  const service = child(config, 'service') ?? {};
  const id = `${textOf(service.namespace)}/${textOf(service.name)}:${textOf(service.port ?? 443)}`;
  const base = services[id];
  if (!base)
    throw new Error(
      `Post "https://${textOf(service.name)}.${textOf(service.namespace)}.svc:${textOf(service.port ?? 443)}${textOf(service.path ?? '')}": service ${JSON.stringify(service.name)} not found`,
    );
  return `${base.replace(/\/$/, '')}${textOf(service.path ?? '')}`;
}

function post(hook: JsonObject, body: JsonObject, services: Readonly<Record<string, string>>): Promise<Json> {
  return new Promise((resolve, reject) => {
    const url = new URL(urlOf(hook, services));
    const bundle = at(hook, 'clientConfig', 'caBundle');
    const seconds = typeof hook.timeoutSeconds === 'number' ? hook.timeoutSeconds : 10;
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const req = send(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        timeout: seconds * 1000,
        ...(typeof bundle === 'string' && bundle ? { ca: Buffer.from(bundle, 'base64') } : {}),
      },
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (res.statusCode !== 200)
            return reject(
              new Error(
                `an error on the server (${JSON.stringify(text.trim())}) has prevented the request from succeeding`,
              ),
            );
          try {
            resolve(JSON.parse(text) as Json);
          } catch (error) {
            reject(error as Error);
          }
        });
      },
    );
    req.on('timeout', () =>
      req.destroy(new Error(`Post ${JSON.stringify(url.href)}: context deadline exceeded`)),
    );
    req.on('error', (error) => reject(new Error(`Post ${JSON.stringify(url.href)}: ${error.message}`)));
    req.end(JSON.stringify(body));
  });
}
