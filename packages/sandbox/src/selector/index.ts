/** Label and field selectors of list, watch and deletecollection. */
import { at, type JsonObject } from '../json.ts';
import type { ResourceType } from '../registry/index.ts';
import { badRequest } from '../status/index.ts';

export { parseLabelSelector } from './labels.ts';
export { type LabelRequirement, matchLabels, matchSelector } from './match.ts';

export interface FieldRequirement {
  path: string[];
  equal: boolean;
  value: string;
}

/** Fields besides metadata.name and metadata.namespace that a built-in kind can be selected by. */
const FIELDS: Record<string, readonly string[]> = {
  '/pods': [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  '/events': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  'events.k8s.io/events': [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
      (field) => `regarding.${field}`,
    ),
    'reason',
    'reportingController',
    'type',
  ],
  '/namespaces': ['status.phase', 'name'],
  '/secrets': ['type'],
  '/nodes': ['spec.unschedulable'],
  '/services': ['spec.clusterIP', 'spec.type'],
  '/replicationcontrollers': ['status.replicas'],
  'apps/replicasets': ['status.replicas'],
  'batch/jobs': ['status.successful'],
  'certificates.k8s.io/certificatesigningrequests': ['spec.signerName'],
  'resource.k8s.io/resourceslices': ['spec.nodeName', 'spec.driver'],
};

export function parseFieldSelector(type: ResourceType, text: string): FieldRequirement[] {
  const out: FieldRequirement[] = [];
  // A backslash takes its meaning from a comma, an equals sign and itself.
  for (const part of text.match(/(?:\\.|[^,\\])+/gs) ?? []) {
    const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(part);
    if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const field = match[1] as string;
    const selectable = [
      'metadata.name',
      'metadata.namespace',
      ...(FIELDS[`${type.group}/${type.resource}`] ?? []),
      ...(type.selectable ?? []),
    ];
    if (!selectable.includes(field))
      throw badRequest(
        type.custom || `${type.group}/${type.resource}` in FIELDS
          ? `field label not supported: ${field}`
          : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
      );
    out.push({
      path: pathOf(type, field),
      equal: match[2] !== '!=',
      value: (match[3] as string).replace(/\\([,=\\])/g, '$1'),
    });
  }
  return out;
}

/** Where the value of a selectable field is. */
function pathOf(type: ResourceType, field: string): string[] {
  if (type.shelf === '/events' && type.group === '' && field === 'source') return ['source', 'component'];
  return field.split('.');
}

export function matchFields(requirements: readonly FieldRequirement[], object: JsonObject): boolean {
  return requirements.every(({ path, equal, value }) => {
    const found = at(object, ...path);
    const text =
      found === undefined || found === null
        ? path.join('.') === 'status.replicas'
          ? '0'
          : path.join('.') === 'spec.unschedulable' || path.join('.') === 'spec.hostNetwork'
            ? 'false'
            : ''
        : typeof found === 'object'
          ? JSON.stringify(found)
          : String(found);
    return (text === value) === equal;
  });
}
