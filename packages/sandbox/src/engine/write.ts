/** create, update and patch: one path for all of them, as in the API server's generic store. */
import { findDuplicates } from '../decode/index.ts';
import { fieldElement } from '../fields/element.ts';
import {
  ApplyConflict,
  applyFields,
  type FieldContext,
  FieldSet,
  InvalidPatch,
  updateFields,
} from '../fields/index.ts';
import { child, clone, equal, isObject, type Json, type JsonObject, quote } from '../json.ts';
import { nextGeneration } from '../registry/behaviour.ts';
import type { ResourceType } from '../registry/index.ts';
import { validateMetadata, validateMetadataUpdate } from '../registry/names.ts';
import {
  ApiStatusError,
  alreadyExists,
  badRequest,
  conflict,
  forbidden,
  internal,
  invalid,
  invalidValue,
  notFound,
  plainFailure,
  STALE,
} from '../status/index.ts';
import { serviceConflicts } from './allocate.ts';
import { isForeign, preconditionText } from './failures.ts';
import type { Env, RequestContext } from './index.ts';
import { keyOf, metaOf, timestamp, withMeta, withoutManagedTimes, withoutRevision } from './meta.ts';
import { applyPatch } from './patched.ts';
import { allocate, prepareCreate, prepareUpdate } from './prepare.ts';
import { checkKind, checkName, checkNamespace, readBody, readObject } from './receive.ts';

export type PatchKind = 'json' | 'merge' | 'strategic' | 'apply';

export interface Written {
  object: JsonObject;
  created: boolean;
}

export interface Writer {
  create(context: RequestContext, type: ResourceType, body: JsonObject, source: string): Promise<JsonObject>;
  update(
    context: RequestContext,
    type: ResourceType,
    name: string,
    body: JsonObject,
    source: string,
  ): Promise<Written>;
  patch(
    context: RequestContext,
    type: ResourceType,
    name: string,
    kind: PatchKind,
    body: Json,
    source: string,
  ): Promise<Written>;
}

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';

export function createWriter(env: Env): Writer {
  const { store } = env;

  function fieldContext(context: RequestContext, type: ResourceType): FieldContext {
    const reset = new FieldSet();
    if (context.subresource === 'status')
      for (const path of type.behaviour.statusReset) reset.insert(path.map(fieldElement));
    else if (type.subresources.has('status'))
      for (const name of type.behaviour.statusFields) reset.insert([fieldElement(name)]);
    return {
      apiVersion: type.apiVersion,
      kind: type.kind,
      subresource: context.subresource,
      now: () => timestamp(env.now()),
      atom: (apiVersion) => type.atom(apiVersion),
      convert: (object, apiVersion) => type.convert(object, apiVersion),
      empty: () => type.empty(),
      reset,
    };
  }

  /** New objects need a namespace that exists and stays. */
  function checkNamespaceAlive(context: RequestContext, type: ResourceType, name: string): void {
    if (!type.namespaced) return;
    const namespace = store.get('/namespaces', context.namespace);
    if (!namespace)
      throw notFound({ group: '', resource: 'namespaces', kind: 'Namespace' }, context.namespace);
    const terminating =
      child(namespace, 'status')?.phase === 'Terminating' || metaOf(namespace).deletionTimestamp;
    if (!terminating) return;
    const error = forbidden(
      type,
      name,
      `unable to create new content in namespace ${context.namespace} because it is being terminated`,
    );
    throw new ApiStatusError(403, 'Forbidden', error.message, {
      ...error.details,
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${context.namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    });
  }

  function generateName(base: string): string {
    let suffix = '';
    for (let i = 0; i < 5; i++) suffix += SUFFIX[Math.floor(env.random() * SUFFIX.length)];
    return base.slice(0, 58) + suffix;
  }

  /** Fills in the system fields and everything the server adds, and validates. */
  function beforeCreate(context: RequestContext, type: ResourceType, sent: JsonObject): JsonObject {
    let object = withMeta(sent, {
      uid: env.newUid(),
      creationTimestamp: timestamp(env.now()),
      resourceVersion: undefined,
      deletionTimestamp: undefined,
      deletionGracePeriodSeconds: undefined,
      selfLink: undefined,
    });
    const { name, generateName: base } = metaOf(object);
    if (!name && base) object = withMeta(object, { name: generateName(base) });
    object = prepareCreate(env, type, object);
    const errors = [
      ...(type.behaviour.validate?.(object, undefined) ?? []),
      ...(type.validate?.(object, undefined, context.subresource) ?? []),
    ];
    const metaErrors = validateMetadata(
      child(object, 'metadata') ?? {},
      type.namespaced,
      type.behaviour.names,
      isForeign(type),
    );
    const all = [...metaErrors, ...errors];
    if (all.length === 0 && type.shelf === '/services')
      all.push(...serviceConflicts(env.services, child(sent, 'spec'), undefined));
    if (all.length > 0) throw invalid(type.group, type.kind, metaOf(object).name, all);
    for (const warning of type.behaviour.warnings?.(object) ?? []) context.warn(warning);
    return object;
  }

  async function storeNew(
    context: RequestContext,
    type: ResourceType,
    sent: JsonObject,
  ): Promise<JsonObject> {
    checkNamespaceAlive(context, type, metaOf(sent).name);
    if (type.custom?.terminating)
      throw forbidden(
        type,
        metaOf(sent).name,
        'create not allowed while custom resource definition is terminating',
      );
    const object = beforeCreate(context, type, sent);
    const { name } = metaOf(object);
    await env.admit({
      type,
      operation: 'CREATE',
      context,
      name,
      object,
      oldObject: null,
      options: {
        kind: 'CreateOptions',
        apiVersion: 'meta.k8s.io/v1',
        ...(context.manager ? { fieldManager: context.manager } : {}),
      },
    });
    const key = keyOf(context.namespace, name);
    const existing = store.get(type.shelf, key);
    if (existing) throw alreadyExists(type, name, metaOf(existing).deletionTimestamp !== undefined);
    if (context.dryRun) return object;
    checkNamespaceAlive(context, type, name);
    return type.convert(store.put(type.shelf, key, type.convert(object, type.storedAs)), type.apiVersion);
  }

  /** What will be stored, complete and valid; throws a 422. */
  function nextState(
    context: RequestContext,
    type: ResourceType,
    existing: JsonObject,
    sent: JsonObject,
  ): JsonObject {
    const before = metaOf(existing);
    const { name } = before;
    let next = withMeta(sent, { generation: before.generation });
    next = prepareUpdate(type, next, existing, context.subresource);
    if (type.shelf === '/services') next = { ...next, spec: allocate(env, child(next, 'spec') ?? {}) };
    if (context.subresource !== 'status')
      next = withMeta(next, { generation: nextGeneration(type.behaviour, next, existing) });
    const sentMeta = metaOf(next);
    const old = child(existing, 'metadata') ?? {};
    next = withMeta(next, {
      uid: sentMeta.uid || before.uid,
      name: sentMeta.name || name,
      namespace: type.namespaced ? before.namespace : undefined,
      creationTimestamp: old.creationTimestamp,
      deletionTimestamp: old.deletionTimestamp,
      deletionGracePeriodSeconds: old.deletionGracePeriodSeconds,
      resourceVersion: before.resourceVersion,
      selfLink: undefined,
    });
    const errors = [
      ...validateMetadataUpdate(next, existing),
      // The generic store and the kind's own strategy both check this, and both report it.
      ...validateMetadataUpdate(next, existing),
      ...validateMetadata(
        child(next, 'metadata') ?? {},
        type.namespaced,
        type.behaviour.names,
        isForeign(type),
      ),
      ...(context.subresource === '' ? (type.behaviour.validate?.(next, existing) ?? []) : []),
      ...(context.subresource === 'status' ? (type.behaviour.validateStatus?.(next) ?? []) : []),
      ...(type.validate?.(next, existing, context.subresource) ?? []),
    ];
    if (errors.length === 0 && type.shelf === '/services')
      errors.push(...serviceConflicts(env.services, child(sent, 'spec'), child(existing, 'spec')));
    if (errors.length > 0) throw invalid(type.group, type.kind, name, errors);
    if (context.subresource === '' && metaOf(next).generation !== before.generation)
      for (const warning of type.behaviour.warnings?.(next) ?? []) context.warn(warning);
    return next;
  }

  /** Everything after the new state of an existing object is known. Undefined: somebody else was faster. */
  async function storeChanged(
    context: RequestContext,
    type: ResourceType,
    stored: JsonObject,
    existing: JsonObject,
    sent: JsonObject,
  ): Promise<JsonObject | undefined> {
    const before = metaOf(existing);
    const { name } = before;
    let next = nextState(context, type, existing, sent);
    if (equal(withoutManagedTimes(next), withoutManagedTimes(existing))) next = existing;
    await env.admit({
      type,
      operation: 'UPDATE',
      context,
      name,
      object: next,
      oldObject: existing,
      options: {
        kind: 'UpdateOptions',
        apiVersion: 'meta.k8s.io/v1',
        ...(context.manager ? { fieldManager: context.manager } : {}),
      },
    });
    const key = keyOf(type.namespaced ? before.namespace : '', name);
    if (store.get(type.shelf, key) !== stored) return undefined;
    const after = metaOf(next);
    const finished =
      after.finalizers.length === 0 &&
      before.deletionTimestamp !== undefined &&
      !before.deletionGracePeriodSeconds;
    const held =
      type.shelf === '/namespaces' &&
      ((child(next, 'spec')?.finalizers as Json[] | undefined) ?? []).length > 0;
    if (finished && !held) {
      if (!context.dryRun) store.remove(type.shelf, key);
      return next;
    }
    if (context.dryRun) return next;
    if (equal(withoutRevision(next), withoutRevision(existing))) return existing;
    return type.convert(store.put(type.shelf, key, type.convert(next, type.storedAs)), type.apiVersion);
  }

  function checkRevision(type: ResourceType, name: string, sent: string, current: string): void {
    if (sent === '' || sent === '0') {
      if (type.behaviour.unconditionalUpdate) return;
      throw invalid(type.group, type.resource, name, [
        invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
      ]);
    }
    if (!/^\d+$/.test(sent))
      throw badRequest(
        `metadata.resourceVersion: Invalid value: ${quote(sent)}: strconv.ParseUint: parsing ${quote(sent)}: invalid syntax`,
      );
    if (sent !== current) throw conflict(type, name, STALE);
  }

  /** Runs `change` on the current state until it is stored over exactly that state. */
  async function modify(
    context: RequestContext,
    type: ResourceType,
    name: string,
    allowCreate: boolean,
    change: (existing: JsonObject | undefined) => JsonObject,
    uid = '',
  ): Promise<Written> {
    const key = keyOf(type.namespaced ? context.namespace : '', name);
    for (let attempt = 0; attempt < 20; attempt++) {
      const stored = store.get(type.shelf, key);
      if (!stored) {
        if (!allowCreate || context.subresource) throw notFound(type, name);
        const sent = change(undefined);
        const given = metaOf(sent).uid;
        if (given)
          throw conflict(
            type,
            name,
            uid
              ? preconditionText(type, key, given, '')
              : `uid mismatch: the provided object specified uid ${given}, and no existing object was found`,
          );
        return {
          object: await storeNew(context, type, checkName(type, checkNamespace(context, type, sent), name)),
          created: true,
        };
      }
      const existing = type.convert(stored, type.apiVersion);
      const before = metaOf(existing);
      if (uid && uid !== before.uid) throw conflict(type, name, preconditionText(type, key, uid, before.uid));
      const sent = checkName(type, checkNamespace(context, type, change(existing)), name);
      checkRevision(type, name, metaOf(sent).resourceVersion, before.resourceVersion);
      const object = await storeChanged(context, type, stored, existing, sent);
      if (object) return { object, created: false };
    }
    throw conflict(type, name, STALE);
  }

  function apply(
    context: RequestContext,
    type: ResourceType,
    patch: JsonObject,
    existing: JsonObject | undefined,
  ): JsonObject {
    try {
      const live = existing ?? type.empty();
      const merged = applyFields(fieldContext(context, type), live, patch, context.manager, context.force);
      return readObject(type, merged, (message) => internal(message), 'apply').object;
    } catch (error) {
      if (error instanceof ApplyConflict)
        throw new ApiStatusError(409, 'Conflict', error.message, {
          causes: error.conflicts.map(({ manager, path }) => ({
            reason: 'FieldManagerConflict',
            message: `conflict with ${manager}`,
            field: path,
          })),
        });
      if (error instanceof InvalidPatch)
        throw error.status === 400 ? badRequest(error.message) : plainFailure(500, error.message);
      throw error;
    }
  }

  return {
    async create(context, type, body, source) {
      checkKind(env.registry, type, body);
      const read = checkNamespace(context, type, readBody(context, type, body, source));
      if (metaOf(read).resourceVersion && metaOf(read).resourceVersion !== '0')
        throw plainFailure(500, 'resourceVersion should not be set on objects to be created');
      const generated = !metaOf(read).name && metaOf(read).generateName !== '';
      for (let attempt = 0; ; attempt++) {
        try {
          const managed = updateFields(
            fieldContext(context, type),
            type.empty(),
            withMeta(read, { uid: undefined }),
            context.manager,
          );
          return await storeNew(context, type, managed);
        } catch (error) {
          const taken = error instanceof ApiStatusError && error.reason === 'AlreadyExists';
          if (!generated || !taken || attempt >= 7) throw error;
        }
      }
    },
    async update(context, type, name, body, source) {
      checkKind(env.registry, type, body);
      const read = readBody(context, type, body, source);
      const sent = metaOf(read).name;
      if (!sent) throw badRequest('the name of the object must be specified');
      checkName(type, read, name);
      const allowCreate = type.behaviour.createOnUpdate;
      return modify(
        context,
        type,
        name,
        allowCreate,
        (existing) =>
          updateFields(fieldContext(context, type), existing ?? type.empty(), clone(read), context.manager),
        metaOf(read).uid,
      );
    },
    async patch(context, type, name, kind, body, source) {
      if (kind !== 'apply')
        return modify(context, type, name, false, (existing) => {
          if (!existing) throw notFound(type, name);
          return updateFields(
            fieldContext(context, type),
            existing,
            applyPatch(env.registry, context, type, kind, body, source, existing),
            context.manager,
          );
        });
      if (!isObject(body)) throw badRequest('error decoding YAML: expected an object');
      if (context.validation === 'Strict') {
        const [duplicate] = findDuplicates(source);
        if (duplicate)
          throw badRequest(
            `error strict decoding YAML: error converting YAML to JSON: yaml: key ${quote(duplicate)} already set in map`,
          );
      }
      return modify(context, type, name, true, (existing) => {
        const next = apply(context, type, body, existing);
        if (!metaOf(next).name)
          throw badRequest(
            `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
          );
        return next;
      });
    },
  };
}
