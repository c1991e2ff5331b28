/** Subresources that act on a pod: eviction, binding, logs; and the tokens of service accounts. */
import { randomBytes } from 'node:crypto';
import {
  createDeleter,
  type Env,
  type RequestContext,
  readOne,
  timestamp,
  type User,
} from '../engine/index.ts';
import { keyOf, metaOf } from '../engine/meta.ts';
import { child, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import type { ResourceType } from '../registry/index.ts';
import { matchSelector } from '../selector/index.ts';
import {
  ApiStatusError,
  badRequest,
  conflict,
  internal,
  invalid,
  invalidValue,
  notFound,
} from '../status/index.ts';

const BUDGETS = 'policy/poddisruptionbudgets';
const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";

export function createPods(env: Env, tokens: Map<string, User>) {
  const deleter = createDeleter(env);
  const done: JsonObject = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

  /** Deletes a pod unless a budget stands against it. */
  async function evict(
    context: RequestContext,
    type: ResourceType,
    name: string,
    body: Json,
  ): Promise<JsonObject> {
    const sent = isObject(body) ? body : {};
    const named = metaOf(sent).name;
    if (named && named !== name) throw badRequest('name in URL does not match name in Eviction object');
    const pod = readOne(env, type, context.namespace, name);
    const options = child(sent, 'deleteOptions') ?? {};
    const dryRun = context.dryRun || (Array.isArray(options.dryRun) && options.dryRun.includes('All'));
    const { uid, resourceVersion } = child(options, 'preconditions') ?? {};
    const { gracePeriodSeconds } = options;
    const remove = (dry: boolean) =>
      deleter.remove({ ...context, subresource: '', dryRun: dry }, type, name, {
        ...(typeof uid === 'string' ? { uid } : {}),
        ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
        ...(typeof gracePeriodSeconds === 'number' ? { gracePeriodSeconds } : {}),
      });
    // Preconditions first: a pod that stays must not use up a disruption.
    await remove(true);
    if (needsBudget(pod)) useBudget(context.namespace, pod, dryRun);
    if (!dryRun) await remove(false);
    return done;
  }

  function needsBudget(pod: JsonObject): boolean {
    const phase = textOf(child(pod, 'status')?.phase);
    return (
      phase !== 'Succeeded' && phase !== 'Failed' && phase !== 'Pending' && !metaOf(pod).deletionTimestamp
    );
  }

  function useBudget(namespace: string, pod: JsonObject, dryRun: boolean): void {
    const labels = child(child(pod, 'metadata'), 'labels') ?? {};
    const budgets = env.store
      .list(BUDGETS, `${namespace}/`)
      .filter((budget) => matchSelector(child(child(budget, 'spec'), 'selector'), labels));
    const [budget] = budgets;
    if (!budget) return;
    if (budgets.length > 1)
      throw internal(
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      );
    const { name, generation = 0 } = metaOf(budget);
    const status = child(budget, 'status') ?? {};
    const number = (field: string): number => (typeof status[field] === 'number' ? status[field] : 0);
    const refuse = (why: string, retry = {}) =>
      new ApiStatusError(429, 'TooManyRequests', REFUSED, {
        causes: [{ reason: 'DisruptionBudget', message: `The disruption budget ${name} ${why}` }],
        ...retry,
      });
    if (number('observedGeneration') < generation)
      throw refuse('is still being processed by the server.', { retryAfterSeconds: 10 });
    if (number('disruptionsAllowed') === 0)
      throw refuse(
        `needs ${number('desiredHealthy')} healthy pods and has ${number('currentHealthy')} currently`,
      );
    if (dryRun) return;
    env.store.put(BUDGETS, keyOf(namespace, name), {
      ...budget,
      status: {
        ...status,
        disruptionsAllowed: number('disruptionsAllowed') - 1,
        disruptedPods: { ...child(status, 'disruptedPods'), [metaOf(pod).name]: timestamp(env.now()) },
      },
    });
  }

  /** Puts a pod on a node, as the scheduler does. */
  function bind(context: RequestContext, type: ResourceType, name: string, body: Json): JsonObject {
    const pod = readOne(env, type, context.namespace, name);
    const node = textOf(isObject(body) ? child(body, 'target')?.name : undefined);
    if (!node)
      throw invalid('', 'Binding', name, [
        { type: 'FieldValueRequired', field: 'target.name', message: 'Required value' },
      ]);
    const spec = child(pod, 'spec') ?? {};
    const had = textOf(spec.nodeName);
    if (had)
      throw conflict(
        { ...type, resource: 'pods/binding' },
        name,
        `pod ${name} is already assigned to node ${JSON.stringify(had)}`,
      );
    if (context.dryRun) return done;
    const status = child(pod, 'status') ?? {};
    const now = timestamp(env.now());
    const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: now };
    const others = (Array.isArray(status.conditions) ? status.conditions : []).filter(
      (condition) => !(isObject(condition) && condition.type === scheduled.type),
    );
    env.store.put(type.shelf, keyOf(context.namespace, name), {
      ...pod,
      spec: { ...spec, nodeName: node },
      status: { ...status, conditions: [...others, scheduled] },
    });
    return done;
  }

  /** Nothing runs here, so there is never more than the reason why there are no logs. */
  function logs(context: RequestContext, type: ResourceType, name: string, container: string): undefined {
    const spec = child(readOne(env, type, context.namespace, name), 'spec') ?? {};
    const names = (field: string): string[] =>
      (Array.isArray(spec[field]) ? spec[field] : []).map((one) => textOf(isObject(one) ? one.name : ''));
    const main = names('containers');
    if (
      container &&
      ![...main, ...names('initContainers'), ...names('ephemeralContainers')].includes(container)
    )
      throw badRequest(`container ${container} is not valid for pod ${name}`);
    if (!container && main.length > 1)
      throw badRequest(
        `a container name must be specified for pod ${name}, choose one of: [${main.join(' ')}]`,
      );
    const node = textOf(spec.nodeName);
    if (node) throw notFound({ group: '', resource: 'nodes', kind: 'Node' }, node);
    return undefined;
  }

  /** A bearer token of a service account, good as long as the sandbox runs. */
  function token(context: RequestContext, type: ResourceType, name: string, body: Json): JsonObject {
    const account = readOne(env, type, context.namespace, name);
    const spec = (isObject(body) ? child(body, 'spec') : undefined) ?? {};
    const seconds = typeof spec.expirationSeconds === 'number' ? spec.expirationSeconds : 3600;
    if (seconds < 600)
      throw invalid('authentication.k8s.io', 'TokenRequest', '', [
        invalidValue('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes'),
      ]);
    const value = randomBytes(24).toString('base64url');
    const { namespace } = context;
    if (!context.dryRun)
      tokens.set(value, {
        name: `system:serviceaccount:${namespace}:${name}`,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      });
    return {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name: metaOf(account).name, namespace, creationTimestamp: timestamp(env.now()) },
      spec: { audiences: ['sandbox'], boundObjectRef: null, ...spec, expirationSeconds: seconds },
      status: { token: value, expirationTimestamp: timestamp(env.now() + seconds * 1000) },
    };
  }

  return { evict, bind, logs, token };
}
