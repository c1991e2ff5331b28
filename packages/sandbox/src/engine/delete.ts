/** delete and deletecollection: preconditions, finalizers, propagation, grace. */
import { child, type Json, type JsonObject } from '../json.ts';
import { CLEANUP, terminatingDefinition } from '../registry/definition.ts';
import type { ResourceType } from '../registry/index.ts';
import { ApiStatusError, conflict, forbidden, invalid, notFound } from '../status/index.ts';
import type { Env, RequestContext } from './index.ts';
import { keyOf, type Meta, metaOf, timestamp, withMeta } from './meta.ts';
import { type ListOptions, list } from './read.ts';

export interface DeleteOptions {
  uid?: string;
  resourceVersion?: string;
  propagationPolicy?: string;
  orphanDependents?: boolean;
  gracePeriodSeconds?: number;
}

export interface Deleted {
  /** True when the object is gone (or would be), false while finalizers or a grace period hold it. */
  done: boolean;
  /** What the request answers. */
  answer: JsonObject;
}

const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';
const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

export const ORPHAN = 'orphan';
export const FOREGROUND = 'foregroundDeletion';

export function createDeleter(env: Env) {
  const { store } = env;

  function finalizersFor(type: ResourceType, object: JsonObject, options: DeleteOptions): string[] {
    const { finalizers } = metaOf(object);
    if (!type.behaviour.collected) return finalizers;
    const own = finalizers.filter((f) => f !== ORPHAN && f !== FOREGROUND);
    let policy = options.propagationPolicy;
    if (options.orphanDependents !== undefined) policy = options.orphanDependents ? 'Orphan' : 'Background';
    policy ??= finalizers.includes(ORPHAN)
      ? 'Orphan'
      : finalizers.includes(FOREGROUND)
        ? 'Foreground'
        : 'Background';
    if (policy === 'Orphan') own.push(ORPHAN);
    if (policy === 'Foreground') own.push(FOREGROUND);
    return own;
  }

  function checkPreconditions(type: ResourceType, object: JsonObject, options: DeleteOptions): void {
    const { uid, resourceVersion, name } = metaOf(object);
    const subject = { ...type, resource: type.kind };
    if (options.uid !== undefined && options.uid !== uid)
      throw conflict(
        subject,
        name,
        `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
      );
    if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion)
      throw conflict(
        subject,
        name,
        `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
      );
  }

  function success(type: ResourceType, object: JsonObject): JsonObject {
    const { name, uid } = metaOf(object);
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name, ...(type.group ? { group: type.group } : {}), kind: type.resource, uid },
    };
  }

  function validateOptions(options: DeleteOptions): void {
    if (
      options.propagationPolicy !== undefined &&
      !['Orphan', 'Background', 'Foreground'].includes(options.propagationPolicy)
    )
      throw invalid('meta.k8s.io', 'DeleteOptions', '', [
        {
          type: 'FieldValueNotSupported',
          field: 'propagationPolicy',
          message: `Unsupported value: ${JSON.stringify(options.propagationPolicy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
        },
      ]);
  }

  /** The grace period of a pod that a node runs; 0 for everything else. */
  function gracePeriod(type: ResourceType, object: JsonObject, options: DeleteOptions): number {
    if (type.shelf !== '/pods') return 0;
    const spec = child(object, 'spec') ?? {};
    const phase = child(object, 'status')?.phase;
    if (!spec.nodeName || phase === 'Failed' || phase === 'Succeeded') return 0;
    if (options.gracePeriodSeconds !== undefined) return Math.max(options.gracePeriodSeconds, 0);
    return typeof spec.terminationGracePeriodSeconds === 'number' ? spec.terminationGracePeriodSeconds : 30;
  }

  async function remove(
    context: RequestContext,
    type: ResourceType,
    name: string,
    options: DeleteOptions,
  ): Promise<Deleted> {
    const key = keyOf(type.namespaced ? context.namespace : '', name);
    validateOptions(options);
    if (type.shelf === '/namespaces' && IMMORTAL.has(name))
      throw forbidden(type, name, 'this namespace may not be deleted');
    for (let attempt = 0; ; attempt++) {
      const stored = store.get(type.shelf, key);
      if (!stored) throw notFound(type, name);
      const object = type.convert(stored, type.apiVersion);
      checkPreconditions(type, object, options);
      const admission: Json = {
        kind: 'DeleteOptions',
        apiVersion: 'meta.k8s.io/v1',
        ...(options.propagationPolicy ? { propagationPolicy: options.propagationPolicy } : {}),
      };
      await env.admit({
        type,
        operation: 'DELETE',
        context,
        name,
        object: null,
        oldObject: object,
        options: admission,
      });
      if (store.get(type.shelf, key) !== stored) {
        if (attempt < 20) continue;
        throw new ApiStatusError(409, 'Conflict', 'the object changes faster than it can be deleted');
      }
      if (type.shelf === '/namespaces') return removeNamespace(context, type, key, stored, options);
      if (type.shelf === DEFINITIONS) return removeDefinition(context, type, key, stored, options);
      return settle(context, type, key, stored, object, options);
    }
  }

  function settle(
    context: RequestContext,
    type: ResourceType,
    key: string,
    stored: JsonObject,
    object: JsonObject,
    options: DeleteOptions,
  ): Deleted {
    const before = metaOf(stored);
    const grace = gracePeriod(type, stored, options);
    if (
      before.deletionTimestamp &&
      before.deletionGracePeriodSeconds &&
      (options.gracePeriodSeconds === undefined ||
        options.gracePeriodSeconds >= before.deletionGracePeriodSeconds)
    )
      return { done: false, answer: object };
    const finalizers = finalizersFor(type, stored, options);
    // Pods are deleted in two steps even without a grace period: watchers see the mark first.
    if (finalizers.length === 0 && grace === 0 && type.shelf === '/pods' && !context.dryRun) {
      store.put(type.shelf, key, marked(before, stored, 0, []));
      return { done: true, answer: store.remove(type.shelf, key) as JsonObject };
    }
    if (finalizers.length === 0 && grace === 0) {
      const last = context.dryRun ? stored : (store.remove(type.shelf, key) as JsonObject);
      return {
        done: true,
        answer: type.behaviour.returnsDeleted ? type.convert(last, type.apiVersion) : success(type, stored),
      };
    }
    const next = marked(before, stored, grace, finalizers);
    const same = JSON.stringify(next) === JSON.stringify(stored);
    const kept = context.dryRun || same ? next : store.put(type.shelf, key, next);
    return { done: false, answer: type.convert(kept, type.apiVersion) };
  }

  /** The object with the marks of a deletion. */
  function marked(before: Meta, stored: JsonObject, grace: number, finalizers: string[]): JsonObject {
    const first = before.deletionTimestamp === undefined;
    return withMeta(stored, {
      finalizers: finalizers.length > 0 ? finalizers : undefined,
      deletionTimestamp: first ? timestamp(env.now() + grace * 1000) : before.deletionTimestamp,
      deletionGracePeriodSeconds: grace,
      ...(first && before.generation ? { generation: before.generation + 1 } : {}),
    });
  }

  /** A namespace stays, Terminating, until its content is gone and its own finalizer with it. */
  function removeNamespace(
    context: RequestContext,
    type: ResourceType,
    key: string,
    stored: JsonObject,
    options: DeleteOptions,
  ): Deleted {
    const before = metaOf(stored);
    const own = (child(stored, 'spec')?.finalizers as Json[] | undefined) ?? [];
    if (own.length === 0 && before.finalizers.length === 0)
      return settle(context, type, key, stored, stored, options);
    if (before.deletionTimestamp) {
      if (own.length > 0) return { done: false, answer: stored };
      return settle(context, type, key, stored, stored, options);
    }
    const finalizers = finalizersFor(type, stored, options);
    const next = withMeta(
      { ...stored, status: { ...child(stored, 'status'), phase: 'Terminating' } },
      { deletionTimestamp: timestamp(env.now()), ...(finalizers.length > 0 ? { finalizers } : {}) },
    );
    const kept = context.dryRun ? next : store.put(type.shelf, key, next);
    return { done: false, answer: kept };
  }

  /** A definition stays, Terminating, until its objects are gone; a second deletion changes nothing. */
  function removeDefinition(
    context: RequestContext,
    type: ResourceType,
    key: string,
    stored: JsonObject,
    options: DeleteOptions,
  ): Deleted {
    const before = metaOf(stored);
    if (before.deletionTimestamp) {
      const ended = before.finalizers.length === 0;
      return ended ? settle(context, type, key, stored, stored, options) : { done: false, answer: stored };
    }
    const next = withMeta(terminatingDefinition(stored, timestamp(env.now())), {
      deletionTimestamp: timestamp(env.now()),
      deletionGracePeriodSeconds: 0,
      finalizers: [...new Set([...finalizersFor(type, stored, options), CLEANUP])],
      ...(before.generation ? { generation: before.generation + 1 } : {}),
    });
    return { done: false, answer: context.dryRun ? next : store.put(type.shelf, key, next) };
  }

  return {
    remove,
    /** Deletes what the selectors match; answers the list as it was. */
    async removeAll(
      context: RequestContext,
      type: ResourceType,
      selection: ListOptions,
      options: DeleteOptions,
    ) {
      const found = list(env, type, selection);
      for (const item of found.items) {
        const { name, namespace } = metaOf(item);
        try {
          await remove({ ...context, namespace }, type, name, options);
        } catch (error) {
          if (!(error instanceof ApiStatusError && error.code === 404)) throw error;
        }
      }
      return found;
    },
  };
}
