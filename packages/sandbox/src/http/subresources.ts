/** Subresources other than status: scale, a namespace's finalize, a pod's eviction. */
import type { Env, RequestContext, Writer } from '../engine/index.ts';
import { createDeleter, readOne } from '../engine/index.ts';
import { keyOf, metaOf, withMeta } from '../engine/meta.ts';
import { at, child, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import { jsonPatch, mergePatch } from '../patch/index.ts';
import type { ResourceType } from '../registry/index.ts';
import { badRequest, conflict, invalid, invalidValue, methodNotAllowed, STALE } from '../status/index.ts';
import { parseBody } from './body.ts';

export function createSubresources(env: Env, writer: Writer) {
  const deleter = createDeleter(env);

  const split = (path: string): string[] => path.split('.').filter((part) => part !== '');

  function scaleOf(type: ResourceType, object: JsonObject): JsonObject {
    const paths = type.scale;
    if (!paths) throw methodNotAllowed();
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
    const current = scaleOf(type, object);
    if (method === 'GET') return current;
    let wanted: Json;
    const { value } = parseBody(text, media.includes('yaml'));
    if (method === 'PUT') wanted = value;
    else if (method === 'PATCH')
      wanted = media.startsWith('application/json-patch')
        ? jsonPatch(current, value)
        : mergePatch(current, value);
    else throw methodNotAllowed();
    if (!isObject(wanted)) throw badRequest('expected a Scale object');
    const sent = metaOf(wanted).resourceVersion;
    if (sent && sent !== metaOf(object).resourceVersion) throw conflict(type, name, STALE);
    const replicas = at(wanted, 'spec', 'replicas') ?? 0;
    if (typeof replicas !== 'number' || replicas < 0)
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
    ): Promise<{ object: JsonObject; created: boolean }> {
      switch (context.subresource) {
        case 'scale':
          return { object: await scale(context, type, name, method, text, media), created: false };
        case 'finalize':
          if (method !== 'PUT') throw methodNotAllowed();
          return { object: finalize(context, type, name, text), created: false };
        case 'eviction':
          if (method !== 'POST') throw methodNotAllowed();
          await deleter.remove({ ...context, subresource: '' }, type, name, {});
          return {
            object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
            created: true,
          };
        default:
          throw methodNotAllowed();
      }
    },
  };
}

function printSelector(selector: Json | undefined): string {
  if (!isObject(selector)) return '';
  const labels = isObject(selector.matchLabels)
    ? selector.matchLabels
    : selector.matchExpressions
      ? {}
      : selector;
  return Object.entries(labels)
    .filter(([, value]) => typeof value === 'string')
    .map(([key, value]) => `${key}=${textOf(value)}`)
    .sort()
    .join(',');
}
