import { isDeepStrictEqual } from 'node:util';
import { KINDS } from '@tenant-operator/api';
import type { Clock, KubeClient, Logger, ResourceType } from '@tenant-operator/kube';
import type { Operator } from '../controller/index.ts';
import type { Scope } from '../scope/index.ts';
import {
  allow,
  checkRegistry,
  checkTemplate,
  readRegistry,
  registryIdOf,
  type TemplateRegistry,
} from './checks.ts';
import { checkDeletion } from './deletion.ts';
import type { AdmissionRequest, ReviewedObject, Verdict } from './review.ts';

export interface ReviewerOptions {
  readonly client: Pick<KubeClient, 'get'>;
  readonly objects: Operator['objects'];
  readonly clock: Clock;
  readonly log: Logger;
  /** The one namespace that the operator looks at; objects of others are let through. All when left out. */
  readonly namespace?: string | undefined;
  /** How far templates reach. */
  readonly scope: Scope;
}

export interface Reviewer {
  review(request: AdmissionRequest): Promise<Verdict>;
}

/** For a read that an API server waits for, in milliseconds. */
const readTimeoutMs = 2_000;

const namespaceType: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

/** Gathers what a request needs to be judged by; checks.ts and deletion.ts judge. */
export function createReviewer(options: ReviewerOptions): Reviewer {
  const { client, objects, clock, log, scope } = options;

  /** From the API server: a folder that is applied has its registry there a moment before its template. */
  async function registryOf(namespace: string, name: string): Promise<TemplateRegistry> {
    try {
      const found = await client.get(KINDS.TenantRegistry, { namespace, name }, { timeoutMs: readTimeoutMs });
      if (!found) return { kind: 'missing' };
      const registry = readRegistry(found);
      return registry ? { kind: 'exists', registry } : { kind: 'unknown' };
    } catch (error) {
      log.warn({ namespace, name, cause: messageOf(error) }, 'the registry of a template could not be read');
      return { kind: 'unknown' };
    }
  }

  async function reviewTemplate({ namespace, object, oldObject }: AdmissionRequest): Promise<Verdict> {
    const registry = await registryOf(namespace, registryIdOf(object));
    return checkTemplate({ object, oldObject, namespace, registry, scope });
  }

  function reviewRegistry({ namespace, object, oldObject }: AdmissionRequest): Verdict {
    const [after, before] = [readRegistry(object), readRegistry(oldObject)];
    if (!after) return allow([]);
    const templates = [...objects.templates.values()].filter(
      ({ metadata, spec }) => metadata.namespace === namespace && spec.registryId === after.metadata.name,
    );
    return checkRegistry(templates, before, after, scope);
  }

  async function reviewDeletion(request: AdmissionRequest, old: ReviewedObject): Promise<Verdict> {
    const { kind, namespace } = request;
    const { name } = old.metadata;
    const isRegistry = kind === KINDS.TenantRegistry.kind;
    const registryId = isRegistry ? name : registryIdOf(old);
    const live = [...objects.tenants.values()].filter(
      ({ metadata, spec }) =>
        metadata.namespace === namespace &&
        spec.registryId === registryId &&
        metadata.deletionTimestamp === undefined,
    );
    const going = isRegistry ? live : live.filter(({ spec }) => spec.templateRef === name);
    if (going.length === 0) return allow([]);
    // Read anew: the approval may have been given a moment ago.
    const stored = isRegistry
      ? old
      : await client.get(KINDS.TenantRegistry, { namespace, name: registryId }, { timeoutMs: readTimeoutMs });
    const registry = readRegistry(stored) ?? objects.registries.get(`${namespace}/${registryId}`);
    const tenants = going.map(({ metadata }) => metadata.name);
    const existing = new Set(live.map(({ metadata }) => metadata.name));
    const now = clock.now();
    const verdict = checkDeletion({ kind, name, namespace, registry, tenants, existing, now });
    if (verdict.kind === 'allowed') return verdict;
    const found = await client.get(namespaceType, { name: namespace }, { timeoutMs: readTimeoutMs });
    return !found || found.metadata.deletionTimestamp !== undefined ? allow([]) : verdict;
  }

  return {
    async review(request) {
      const { kind, operation, namespace, object, oldObject } = request;
      const isOurs = kind === KINDS.TenantRegistry.kind || kind === KINDS.TenantTemplate.kind;
      const isInScope = options.namespace === undefined || options.namespace === namespace;
      // What is being deleted already is only cleaned up any more.
      const isGoing = oldObject?.metadata.deletionTimestamp !== undefined;
      if (!isOurs || !isInScope || isGoing) return allow([]);
      if (operation === 'DELETE') return oldObject ? reviewDeletion(request, oldObject) : allow([]);
      if (operation === 'UPDATE' && isDeepStrictEqual(object?.spec, oldObject?.spec)) return allow([]);
      return kind === KINDS.TenantTemplate.kind ? reviewTemplate(request) : reviewRegistry(request);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
