/** What is special about the write path of each built-in resource. */
import { child, equal, type JsonObject } from '../json.ts';
import type { FieldError } from '../status/index.ts';
import { statusValidators, validators, warners } from '../validation/index.ts';

export interface Behaviour {
  /** Whether `metadata.generation` is kept, and what its increment looks at. */
  generation: 'none' | 'created' | 'spec' | 'specAndAnnotations' | 'object' | 'all';
  createOnUpdate: boolean;
  /** An update without resourceVersion is taken. */
  unconditionalUpdate: boolean;
  /** A deletion answers the object, not a Status. */
  returnsDeleted: boolean;
  /** Deleting leaves dependents to the collector (false for kinds it does not watch). */
  collected: boolean;
  /** Name rule: most are DNS subdomains. */
  names: 'subdomain' | 'label' | 'label1035' | 'path';
  validate?(object: JsonObject, old: JsonObject | undefined): FieldError[];
  /** Of a write through /status. */
  validateStatus?(object: JsonObject): FieldError[];
  /** What the client should know about an object that is accepted. */
  warnings?(object: JsonObject): string[];
  /** Top-level fields that a write through the main endpoint does not take. */
  statusFields: readonly string[];
  /** Paths that a write through /status does not take. */
  statusReset: readonly (readonly string[])[];
}

const CREATE_ON_UPDATE = new Set([
  'node.k8s.io/runtimeclasses',
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/clusterrolebindings',
  'rbac.authorization.k8s.io/roles',
  'rbac.authorization.k8s.io/clusterroles',
  'coordination.k8s.io/leases',
  '/limitranges',
  '/events',
  'events.k8s.io/events',
  '/services',
  '/endpoints',
]);
const CONDITIONAL = new Set([
  'node.k8s.io/runtimeclasses',
  'policy/poddisruptionbudgets',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csistoragecapacities',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/csinodes',
  'coordination.k8s.io/leases',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices',
]);
const SPEC_GENERATION = new Set([
  'networking.k8s.io/ingressclasses',
  'networking.k8s.io/networkpolicies',
  'networking.k8s.io/ingresses',
  'policy/poddisruptionbudgets',
  'resource.k8s.io/resourceslices',
  'resource.k8s.io/deviceclasses',
  'flowcontrol.apiserver.k8s.io/flowschemas',
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations',
  'apps/daemonsets',
  'apps/statefulsets',
  'apps/deployments',
  'apps/replicasets',
  'batch/jobs',
  'batch/cronjobs',
  '/pods',
  '/replicationcontrollers',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'apiextensions.k8s.io/customresourcedefinitions',
]);
const OBJECT_GENERATION = new Set([
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  '/podtemplates',
  'discovery.k8s.io/endpointslices',
]);
const CREATED_GENERATION = new Set(['scheduling.k8s.io/priorityclasses']);
const RETURNS_DELETED = new Set([
  '/pods',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/podtemplates',
  '/resourcequotas',
  '/serviceaccounts',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/volumeattachments',
  '/services',
  'policy/podsecuritypolicies',
]);
const UNCOLLECTED = new Set(['/events', 'events.k8s.io/events']);
const LABEL_NAMES = new Set(['/namespaces']);
const SERVICE_NAMES = new Set(['/services']);
const PATH_NAMES = new Set([
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/clusterrolebindings',
  'rbac.authorization.k8s.io/roles',
  'rbac.authorization.k8s.io/clusterroles',
]);
const METADATA_RESET = new Set([
  'flowcontrol.apiserver.k8s.io/flowschemas',
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations',
  'storage.k8s.io/volumeattachments',
]);

export function behaviourOf(group: string, plural: string): Behaviour {
  const id = `${group}/${plural}`;
  const statusReset: string[][] = [['spec']];
  if (METADATA_RESET.has(id)) statusReset.push(['metadata']);
  if (id === 'apps/deployments') statusReset.push(['metadata', 'labels']);
  if (id === '/pods') statusReset.push(['metadata', 'deletionTimestamp'], ['metadata', 'ownerReferences']);
  const validate = validators[id];
  return {
    generation:
      id === 'apps/deployments'
        ? 'specAndAnnotations'
        : SPEC_GENERATION.has(id)
          ? 'spec'
          : OBJECT_GENERATION.has(id)
            ? 'object'
            : CREATED_GENERATION.has(id)
              ? 'created'
              : 'none',
    createOnUpdate: CREATE_ON_UPDATE.has(id),
    unconditionalUpdate: !CONDITIONAL.has(id),
    returnsDeleted: RETURNS_DELETED.has(id),
    collected: !UNCOLLECTED.has(id),
    names: LABEL_NAMES.has(id)
      ? 'label'
      : SERVICE_NAMES.has(id)
        ? 'label1035'
        : PATH_NAMES.has(id)
          ? 'path'
          : 'subdomain',
    ...(validate ? { validate } : {}),
    ...(statusValidators[id] ? { validateStatus: statusValidators[id] } : {}),
    ...(warners[id] ? { warnings: warners[id] } : {}),
    statusFields: ['status'],
    statusReset,
  };
}

/** The generation after an update; the deletion timestamp counts as a change elsewhere. */
export function nextGeneration(behaviour: Behaviour, next: JsonObject, old: JsonObject): number | undefined {
  const generation = child(old, 'metadata')?.generation;
  const current = typeof generation === 'number' ? generation : undefined;
  if (behaviour.generation === 'none' || behaviour.generation === 'created') return current;
  const strip = ({ metadata: _m, status, ...rest }: JsonObject): JsonObject =>
    behaviour.generation === 'all' ? { ...rest, status } : rest;
  const annotations = (object: JsonObject) => child(child(object, 'metadata'), 'annotations') ?? {};
  const bySpec = behaviour.generation === 'spec' || behaviour.generation === 'specAndAnnotations';
  const changed = bySpec
    ? !equal(next.spec, old.spec) ||
      (behaviour.generation === 'specAndAnnotations' && !equal(annotations(next), annotations(old)))
    : !equal(strip(next), strip(old));
  return changed ? (current ?? 0) + 1 : current;
}
