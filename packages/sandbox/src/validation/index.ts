/**
 * Validation of built-in kinds beyond their metadata: the rules that manifests of applications meet. Not complete:
 * a kind or a rule that is not here is accepted.
 */

import { validateCrd } from '../crd/definition.ts';
import { child, type JsonObject } from '../json.ts';
import type { FieldError } from '../status/index.ts';
import { specOf } from './common.ts';
import { validateConfigMap, validateNamespaceUpdate, validateSecret } from './core.ts';
import {
  validateEvent,
  validateHpa,
  validateLease,
  validatePdb,
  validatePvc,
  validateRevision,
  validateRoleBinding,
} from './misc.ts';
import { validateAddresses, validateIngress, validateNetworkPolicy, validateService } from './network.ts';
import { portWarnings, validatePod } from './pod.ts';
import {
  validateCronJob,
  validateDaemonSet,
  validateDeployment,
  validateJob,
  validateReplicaSet,
  validateStatefulSet,
} from './workloads.ts';

export type Validator = (object: JsonObject, old: JsonObject | undefined) => FieldError[];

/** Warnings by resource. */
export const warners: Record<string, (object: JsonObject) => string[]> = {
  '/pods': (pod) => portWarnings('spec', specOf(pod)),
  ...Object.fromEntries(
    ['apps/deployments', 'apps/replicasets', 'apps/daemonsets', 'apps/statefulsets', 'batch/jobs'].map(
      (id) => [
        id,
        (object: JsonObject) =>
          portWarnings('spec.template.spec', child(child(specOf(object), 'template'), 'spec') ?? {}),
      ],
    ),
  ),
};

/** Rules of what is written through /status, by resource. */
export const statusValidators: Record<string, (object: JsonObject) => FieldError[]> = {
  '/services': validateAddresses,
  'networking.k8s.io/ingresses': validateAddresses,
};

export const validators: Record<string, Validator> = {
  '/configmaps': validateConfigMap,
  '/secrets': validateSecret,
  '/namespaces': validateNamespaceUpdate,
  '/pods': validatePod,
  '/services': validateService,
  '/persistentvolumeclaims': validatePvc,
  'apiextensions.k8s.io/customresourcedefinitions': validateCrd,
  '/events': validateEvent,
  'events.k8s.io/events': validateEvent,
  'apps/controllerrevisions': validateRevision,
  'apps/deployments': validateDeployment,
  'apps/replicasets': validateReplicaSet,
  'apps/daemonsets': validateDaemonSet,
  'apps/statefulsets': validateStatefulSet,
  'autoscaling/horizontalpodautoscalers': validateHpa,
  'batch/cronjobs': validateCronJob,
  'batch/jobs': validateJob,
  'coordination.k8s.io/leases': validateLease,
  'networking.k8s.io/ingresses': validateIngress,
  'networking.k8s.io/networkpolicies': validateNetworkPolicy,
  'policy/poddisruptionbudgets': validatePdb,
  'rbac.authorization.k8s.io/clusterrolebindings': validateRoleBinding,
  'rbac.authorization.k8s.io/rolebindings': validateRoleBinding,
};
