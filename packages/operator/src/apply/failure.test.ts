import { ApiError, TransportError } from '@tenant-operator/kube';
import { describe, expect, it } from 'vitest';
import { describeFailure } from './failure.ts';

const right = "grant the operator's ServiceAccount this right";
const immutable = 'set recreateOnImmutable: true on the item';

describe('describeFailure', () => {
  it.each([
    [
      403,
      'deployments.apps "x" is forbidden: User "system:serviceaccount:a:b" cannot patch resource "deployments" in API group "apps"',
      'Forbidden',
      right,
      'a missing right',
    ],
    [
      403,
      'configmaps "x" is forbidden: unable to create new content in namespace ns because it is being terminated',
      'NamespaceTerminating',
      'is being terminated',
      'a namespace that goes',
    ],
    [
      403,
      'pods "x" is forbidden: exceeded quota: q, requested: pods=1',
      'QuotaExceeded',
      'exceeded quota',
      'a quota',
    ],
    [
      403,
      'admission webhook "policy.example.com" denied the request: no',
      'ApplyFailed',
      'denied the request: no',
      'a policy: no right would help',
    ],
    [
      422,
      'Deployment.apps "x" is invalid: spec.selector: Invalid value: field is immutable',
      'ImmutableField',
      immutable,
      'a selector',
    ],
    [
      422,
      'StatefulSet.apps "x" is invalid: spec: Forbidden: updates to statefulset spec for fields other than \'replicas\' are forbidden',
      'ImmutableField',
      immutable,
      'a stateful set',
    ],
    [
      422,
      'Service "x" is invalid: spec.clusterIPs[0]: may not change once set',
      'ImmutableField',
      immutable,
      'a service',
    ],
    [
      422,
      'RoleBinding.rbac.authorization.k8s.io "x" is invalid: roleRef: Invalid value: rbac.RoleRef{}: cannot change roleRef',
      'ImmutableField',
      immutable,
      'a binding',
    ],
    [
      422,
      'PriorityClass.scheduling.k8s.io "x" is invalid: value: Forbidden: may not be changed in an update.',
      'ImmutableField',
      immutable,
      'a priority class',
    ],
    [422, 'ConfigMap "x" is invalid: data: bad key', 'Invalid', 'bad key', 'what can never be accepted'],
    [400, 'cannot unmarshal', 'Invalid', 'cannot unmarshal', 'what is no such object'],
    [404, 'namespaces "ns" not found', 'NamespaceNotFound', 'namespaces "ns"', 'no namespace'],
    [
      404,
      'the server could not find the requested resource',
      'KindNotFound',
      'could not find',
      'no such kind any more',
    ],
    [500, 'etcd is away', 'ApplyFailed', 'etcd is away', 'a fault of the server'],
    [429, 'slow down', 'ApplyFailed', 'slow down', 'too many requests'],
  ])('%d %j -> %s "%s": %s', (status, message, reason, part) => {
    const failure = describeFailure(new ApiError({ status, message }), 'Deployment "x"');
    expect(failure.reason).toBe(reason);
    expect(failure.message).toContain(part);
    expect(failure.message).toContain('Deployment "x": ');
    expect(failure.message.includes(right)).toBe(reason === 'Forbidden');
  });

  it.each([
    [new TransportError('refused', 'cannot reach the server'), 'no answer at all is of no one item'],
    [new TypeError('ours'), 'a fault of ours'],
  ])('%s is thrown on: %s', (error) => {
    expect(() => describeFailure(error, 'x')).toThrow(error);
  });
});
