/** Label and field selectors of list, watch and deletecollection. */
import { at, type JsonObject } from '../json.ts';
import type { ResourceType } from '../registry/index.ts';
import { labelValueErrors, qualifiedErrors } from '../registry/names.ts';
import { type ApiStatusError, badRequest } from '../status/index.ts';
import type { LabelRequirement } from './match.ts';

export { type LabelRequirement, matchLabels, matchSelector } from './match.ts';

const unable = (message: string): ApiStatusError => badRequest(`unable to parse requirement: ${message}`);

/** `a=b,c!=d,e in (f,g),!h,i>1`; throws a 400 for anything else. */
export function parseLabelSelector(text: string): LabelRequirement[] {
  const out: LabelRequirement[] = [];
  for (const part of splitTop(text)) {
    const source = part.trim();
    if (source === '') throw unable(`found '', expected: !, identifier, or 'end of string'`);
    const set = /^([^\s!=<>()]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(source);
    const compare = /^([^\s!=<>()]+)\s*(==|=|!=|>|<)\s*([^\s!=<>()]*)$/.exec(source);
    const absent = /^!\s*([^\s!=<>()]+)$/.exec(source);
    let found: LabelRequirement;
    if (set)
      found = {
        key: set[1] as string,
        operator: set[2] as 'in' | 'notin',
        values: (set[3] as string).split(',').map((v) => v.trim()),
      };
    else if (compare) {
      const operator =
        compare[2] === '!=' ? 'notin' : compare[2] === '>' ? 'gt' : compare[2] === '<' ? 'lt' : 'in';
      found = { key: compare[1] as string, operator, values: [compare[3] as string] };
    } else if (absent) found = { key: absent[1] as string, operator: 'absent', values: [] };
    else if (/^[^\s!=<>()]+$/.test(source)) found = { key: source, operator: 'exists', values: [] };
    else throw badRequest(`couldn't parse the selector string "${text}": unable to parse requirement`);
    const keyError = qualifiedErrors(found.key)[0];
    if (keyError) throw unable(`<nil>: Invalid value: ${JSON.stringify(found.key)}: ${keyError}`);
    for (const [i, value] of found.values.entries()) {
      const error =
        found.operator === 'in' || found.operator === 'notin' ? labelValueErrors(value)[0] : undefined;
      if (error)
        throw unable(`values[${i}][${found.key}]: Invalid value: ${JSON.stringify(value)}: ${error}`);
    }
    out.push(found);
  }
  return out;
}

function splitTop(text: string): string[] {
  if (text.trim() === '') return [];
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c === '(') depth++;
    else if (c === ')') depth--;
    else if ((c === ',' && depth === 0) || i === text.length) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return parts;
}

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
  for (const part of text.split(',').filter((p) => p !== '')) {
    const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(part);
    if (!match)
      throw badRequest(`invalid selector: ${JSON.stringify(part)}; can't understand ${JSON.stringify(part)}`);
    const field = match[1] as string;
    const selectable = [
      'metadata.name',
      'metadata.namespace',
      ...(FIELDS[type.shelf] ?? []),
      ...(type.selectable ?? []),
    ];
    if (!selectable.includes(field))
      throw badRequest(
        type.custom || type.shelf in FIELDS
          ? `field label not supported: ${field}`
          : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
      );
    out.push({ path: field.split('.'), equal: match[2] !== '!=', value: match[3] as string });
  }
  return out;
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
