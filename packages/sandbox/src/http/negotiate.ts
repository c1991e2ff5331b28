/** What a client wants back: plain objects, a Table, or metadata alone. */
import { ApiStatusError } from '../status/index.ts';

export type Shape = 'object' | 'table' | 'metadata';
export interface Wanted {
  shape: Shape;
  /** The group version of the table or metadata kinds. */
  version: 'v1' | 'v1beta1';
  yaml: boolean;
}

/** Throws a 406 when nothing acceptable is left. */
export function negotiate(accept: string | undefined): Wanted {
  const plain: Wanted = { shape: 'object', version: 'v1', yaml: false };
  if (!accept) return plain;
  for (const clause of accept.split(',')) {
    const [media, ...parameters] = clause.split(';').map((part) => part.trim());
    const values = new Map(parameters.map((p) => p.split('=') as [string, string]));
    const yaml = media === 'application/yaml';
    if (media !== 'application/json' && !yaml && media !== '*/*' && media !== 'application/*') continue;
    const as = values.get('as');
    if (as === undefined) return { ...plain, yaml };
    const version = values.get('v') === 'v1beta1' ? 'v1beta1' : 'v1';
    if (values.get('g') !== 'meta.k8s.io') continue;
    if (as === 'Table') return { shape: 'table', version, yaml };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
      return { shape: 'metadata', version, yaml };
  }
  const available = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
  const watches = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
  const message = `406: Not Acceptable

Available representations: ${[...available, ...watches].join(', ')}`;
  throw new ApiStatusError(406, 'NotAcceptable', message, {});
}
