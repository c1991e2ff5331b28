/** Subresources other than status: scale, a namespace's finalize, and those of pods and service accounts. */

import { preconditionText } from '../engine/failures.ts';
import type { Env, RequestContext, User, Writer } from '../engine/index.ts';
import { readOne } from '../engine/index.ts';
import { keyOf, metaOf, withMeta } from '../engine/meta.ts';
import { checkName } from '../engine/receive.ts';
import { compareText } from '../fields/element.ts';
import { at, child, isObject, type Json, type JsonObject, quote, textOf } from '../json.ts';
import { jsonPatch, mergePatch } from '../patch/index.ts';
import type { ResourceType } from '../registry/index.ts';
import { qualifiedErrors } from '../registry/names.ts';
import {
  badRequest,
  conflict,
  internal,
  invalid,
  invalidValue,
  methodNotAllowed,
  STALE,
} from '../status/index.ts';
import { parseBody } from './body.ts';
import { createPods } from './pods.ts';

export function createSubresources(env: Env, writer: Writer, tokens: Map<string, User>) {
  const pods = createPods(env, tokens);
  const posted = (method: string, text: string, media: string): Json => {
    if (method !== 'POST') throw methodNotAllowed();
    return text.trim() === '' ? {} : parseBody(text, media.includes('yaml')).value;
  };

  const split = (path: string): string[] => path.split('.').filter((part) => part !== '');

  function scaleOf(type: ResourceType, object: JsonObject): JsonObject {
    const paths = type.scale;
    if (!paths) throw methodNotAllowed();
    if (type.custom && at(object, ...split(paths.specReplicas)) === undefined)
      throw internal(`the spec replicas field ${quote(paths.specReplicas)} does not exist`);
    const meta = child(object, 'metadata') ?? {};
    const selector = paths.labelSelector
      ? at(object, ...split(paths.labelSelector))
      : printSelector(at(object, 'spec', 'selector'));
    return {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: {
        name: meta.name,
        ...(meta.namespace ? { namespace: meta.namespace } : {}),
        uid: meta.uid,
        resourceVersion: meta.resourceVersion,
        creationTimestamp: meta.creationTimestamp,
      },
      spec: {
        ...(at(object, ...split(paths.specReplicas))
          ? { replicas: at(object, ...split(paths.specReplicas)) }
          : {}),
      },
      status: {
        replicas: at(object, ...split(paths.statusReplicas)) ?? 0,
        ...(typeof selector === 'string' && selector ? { selector } : {}),
      },
    };
  }

  async function scale(
    context: RequestContext,
    type: ResourceType,
    name: string,
    method: string,
    text: string,
    media: string,
  ): Promise<JsonObject> {
    const object = readOne(env, type, context.namespace, name);
    if (method === 'GET') return scaleOf(type, object);
    if (method !== 'PUT' && method !== 'PATCH') throw methodNotAllowed();
    let wanted: Json;
    const { value } = parseBody(text, media.includes('yaml'));
    if (method === 'PUT') wanted = value;
    else
      wanted = media.startsWith('application/json-patch')
        ? jsonPatch(scaleOf(type, object), value)
        : mergePatch(scaleOf(type, object), value);
    if (!isObject(wanted)) throw badRequest('expected a Scale object');
    checkScale(context, wanted);
    checkName(type, wanted, name);
    const { uid } = metaOf(wanted);
    if (uid && uid !== metaOf(object).uid)
      throw conflict(
        type,
        name,
        preconditionText(type, keyOf(context.namespace, name), uid, metaOf(object).uid),
      );
    const sent = metaOf(wanted).resourceVersion;
    if (sent && sent !== metaOf(object).resourceVersion) throw conflict(type, name, STALE);
    const replicas = at(wanted, 'spec', 'replicas') ?? 0;
    // Custom objects are checked as a whole, by the path of their own field.
    if (typeof replicas !== 'number' || (replicas < 0 && !type.custom))
      throw invalid('autoscaling', 'Scale', name, [
        invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'),
      ]);
    const path = split((type.scale as { specReplicas: string }).specReplicas);
    const body = path.reduceRight<Json>((below, key) => ({ [key]: below }), replicas);
    const done = await writer.patch(context, type, name, 'merge', body, '{}');
    return scaleOf(type, done.object);
  }

  /** The namespace's own finalizers, which only this endpoint changes. */
  function finalize(context: RequestContext, type: ResourceType, name: string, text: string): JsonObject {
    const { value } = parseBody(text, false);
    if (!isObject(value)) throw badRequest('expected a Namespace');
    const stored = readOne(env, type, '', name);
    const sent = metaOf(value).resourceVersion;
    if (sent && sent !== metaOf(stored).resourceVersion) throw conflict(type, name, STALE);
    const finalizers = at(value, 'spec', 'finalizers');
    const bad = (Array.isArray(finalizers) ? finalizers : [])
      .map(textOf)
      .find((one) => qualifiedErrors(one).length > 0);
    if (bad !== undefined)
      throw invalid('', 'Namespace', name, [
        invalidValue('spec.finalizers', bad, qualifiedErrors(bad)[0] ?? ''),
      ]);
    const next: JsonObject = {
      ...stored,
      spec: Array.isArray(finalizers) && finalizers.length > 0 ? { finalizers } : {},
    };
    if (context.dryRun) return next;
    const meta = metaOf(next);
    if (
      meta.deletionTimestamp &&
      meta.finalizers.length === 0 &&
      !(Array.isArray(finalizers) && finalizers.length > 0)
    ) {
      env.store.remove(type.shelf, name);
      return next;
    }
    return env.store.put(type.shelf, keyOf('', name), withMeta(next, {}));
  }

  return {
    async handle(
      context: RequestContext,
      type: ResourceType,
      name: string,
      method: string,
      text: string,
      media: string,
      query: URLSearchParams,
    ): Promise<{ object: JsonObject | undefined; created: boolean }> {
      switch (context.subresource) {
        case 'scale':
          return { object: await scale(context, type, name, method, text, media), created: false };
        case 'finalize':
          if (method !== 'PUT') throw methodNotAllowed();
          return { object: finalize(context, type, name, text), created: false };
        case 'eviction':
          return {
            object: await pods.evict(context, type, name, posted(method, text, media)),
            created: true,
          };
        case 'binding':
          return { object: pods.bind(context, type, name, posted(method, text, media)), created: true };
        case 'token':
          return { object: pods.token(context, type, name, posted(method, text, media)), created: true };
        case 'log':
          if (method !== 'GET') throw methodNotAllowed();
          return { object: pods.logs(context, type, name, query.get('container') ?? ''), created: false };
        default:
          throw methodNotAllowed();
      }
    },
  };
}

/** Members that no Scale has, by the mode of validation. */
function checkScale(context: RequestContext, scale: JsonObject): void {
  if (context.validation === 'Ignore') return;
  for (const key of Object.keys(scale)) {
    if (['kind', 'apiVersion', 'metadata', 'spec', 'status'].includes(key)) continue;
    const problem = `unknown field ${JSON.stringify(key)}`;
    if (context.validation === 'Strict')
      throw badRequest(
        `Scale in version "v1" cannot be handled as a Scale: strict decoding error: ${problem}`,
      );
    context.warn(problem);
  }
}

const OPERATORS: Readonly<Record<string, (key: string, values: string) => string>> = {
  In: (key, values) => `${key} in (${values})`,
  NotIn: (key, values) => `${key} notin (${values})`,
  Exists: (key) => key,
  DoesNotExist: (key) => `!${key}`,
};

/** A selector as text, in the order of its keys. */
function printSelector(selector: Json | undefined): string {
  if (!isObject(selector)) return '';
  const isPlain = selector.matchLabels === undefined && selector.matchExpressions === undefined;
  const labels = isPlain ? selector : (child(selector, 'matchLabels') ?? {});
  const out = Object.entries(labels).map(([key, value]): [string, string] => [
    key,
    `${key}=${textOf(value)}`,
  ]);
  for (const one of Array.isArray(selector.matchExpressions) ? selector.matchExpressions : []) {
    if (!isObject(one)) continue;
    const key = textOf(one.key);
    const values = (Array.isArray(one.values) ? one.values : []).map(textOf).sort().join(',');
    out.push([key, OPERATORS[textOf(one.operator)]?.(key, values) ?? key]);
  }
  return out
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([, text]) => text)
    .join(',');
}
