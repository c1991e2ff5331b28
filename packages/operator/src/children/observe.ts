/** One object of a tenant, reduced to what decisions need. */
import { ANNOTATIONS, FIELD_MANAGER, LABELS } from '@tenant-operator/api';
import { type KubeObject, keyOf, type ManagedFieldsEntry, parseApiVersion } from '@tenant-operator/kube';
import { type FieldPath, parseFieldPath } from '../jsonpath/index.ts';
import { judgeReadiness, type Readiness } from '../readiness/index.ts';
import { type CertificatePart, certificatePartOf } from './certificate.ts';
import type { Digester } from './digest.ts';
import { type DnsPart, dnsPartOf } from './dns.ts';
import { ownedJson } from './projection.ts';

export interface TypedRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface ChildObservation extends TypedRef {
  readonly uid: string;
  readonly resourceVersion: string;
  /** The tenant that its labels name, as `namespace/name`; undefined on a retained leftover. */
  readonly tenantKey: string | undefined;
  /** The UID of the Tenant that controls or made it; undefined when it says neither. */
  readonly tenantUid: string | undefined;
  /** Digest of the fields that the operator owns, as they are now; empty when it owns none. */
  readonly live: string;
  readonly readiness: Readiness;
  readonly deleting: boolean;
  /** Beside what we applied there are fields that a merge or a replace of ours wrote. */
  readonly isMerged?: boolean;
  /** What an Ingress or an HTTPRoute serves: `host/path` each. */
  readonly routes: readonly string[];
  /** What decides about its DNS records; undefined when it asks for none. */
  readonly dns?: DnsPart | undefined;
  /** How a Certificate stands; undefined on other kinds. */
  readonly certificate?: CertificatePart | undefined;
}

/** `apps/v1/Deployment`. */
export function typeKey(type: { readonly apiVersion: string; readonly kind: string }): string {
  return `${type.apiVersion}/${type.kind}`;
}

/** Unique over all kinds: type, namespace and name. */
export function childKey(ref: TypedRef): string {
  return `${typeKey(ref)}|${ref.namespace ?? ''}/${ref.name}`;
}

/**
 * The object itself, whichever version of its group it is written with: a template that moves from `autoscaling/v1` to
 * `autoscaling/v2` speaks of the same object, which must not be deleted as a leftover of the old version.
 */
export function objectKey(ref: TypedRef): string {
  const { group } = parseApiVersion(ref.apiVersion);
  return `${group}/${ref.kind}|${ref.namespace ?? ''}/${ref.name}`;
}

export function observeChild(object: KubeObject, digester: Digester): ChildObservation {
  const { metadata } = object;
  const owned = ownedJson(object, FIELD_MANAGER, ignoredFields(object));
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    tenantKey: tenantKeyOf(object),
    tenantUid: tenantUidOf(object),
    live: owned === undefined ? '' : digester.digestText(owned, object),
    readiness: judgeReadiness(object),
    deleting: metadata.deletionTimestamp !== undefined,
    routes: routesOf(object),
    dns: dnsPartOf(object),
    certificate: certificatePartOf(object),
    ...(metadata.managedFields?.some(writtenByUs) ? { isMerged: true } : {}),
  };
}

/** What a merge or a replace of ours wrote; an apply has an entry of its own. */
export function writtenByUs({ manager, operation, subresource }: ManagedFieldsEntry): boolean {
  return manager === FIELD_MANAGER && operation === 'Update' && !subresource;
}

/** The paths that the object's own annotation names. */
export function ignoredFields({ metadata }: KubeObject): FieldPath[] {
  const text = metadata.annotations?.[ANNOTATIONS.ignoreFields];
  if (text === undefined) return [];
  return parseList(text).flatMap((path) => {
    const parsed = parseFieldPath(path);
    return parsed.ok ? [parsed.path] : [];
  });
}

/** Somebody may have written rubbish into the annotation: then nothing is ignored, and that is drift. */
function parseList(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [];
  } catch {
    return [];
  }
}

function tenantKeyOf({ metadata }: KubeObject): string | undefined {
  const name = metadata.labels?.[LABELS.tenant];
  if (name === undefined || metadata.labels?.[LABELS.orphaned] !== undefined) return undefined;
  return keyOf({ name, namespace: metadata.labels?.[LABELS.tenantNamespace] ?? metadata.namespace ?? '' });
}

/** The UID of the Tenant (or of another owner) that controls an object, else of the one that it says made it. */
export function tenantUidOf({ metadata }: KubeObject): string | undefined {
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
  return controller?.uid ?? metadata.annotations?.[ANNOTATIONS.tenantUid];
}

/** Host and path of every rule of an Ingress or an HTTPRoute; rules without a host are nobody's own and left out. */
export function routesOf(object: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec?: unknown;
}): string[] {
  const { group } = parseApiVersion(object.apiVersion);
  if (object.kind === 'Ingress' && group === 'networking.k8s.io') return ingressRoutes(object.spec);
  if (object.kind === 'HTTPRoute' && group === 'gateway.networking.k8s.io') return gatewayRoutes(object.spec);
  return [];
}

function ingressRoutes(spec: unknown): string[] {
  const { rules = [] } = (spec ?? {}) as {
    rules?: readonly { host?: string; http?: { paths?: readonly { path?: string }[] } }[];
  };
  const routes = rules.flatMap(({ host, http }) =>
    host ? (http?.paths ?? []).map(({ path }) => `${host}${path || '/'}`) : [],
  );
  return [...new Set(routes)];
}

function gatewayRoutes(spec: unknown): string[] {
  const { hostnames = [], rules = [{}] } = (spec ?? {}) as {
    hostnames?: readonly string[];
    rules?: readonly { matches?: readonly { path?: { value?: string } }[] }[];
  };
  const paths = rules.flatMap(({ matches = [{}] }) => matches.map(({ path }) => path?.value || '/'));
  return [...new Set(hostnames.flatMap((host) => paths.map((path) => `${host}${path}`)))];
}
