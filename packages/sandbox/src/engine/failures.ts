/** What failed writes answer, and the odd rules they depend on. */
import type { PatchError } from '../patch/index.ts';
import type { ResourceType } from '../registry/index.ts';
import { ApiStatusError, badRequest, plainFailure } from '../status/index.ts';

/** A JSON patch that does not apply gets the generic text: the real server drops the library's. */
export function patchFailure(error: PatchError): ApiStatusError {
  if (error.status === 400) return badRequest(error.message);
  if (error.status === 500) return plainFailure(500, error.message);
  return new ApiStatusError(
    422,
    'Invalid',
    'the server rejected our request due to an error in our request',
    {},
  );
}

const KINDS: Readonly<Record<string, string>> = { object: 'map', array: 'slice', number: 'int64' };

/** A strategic merge patch is read from Go's maps, not from JSON: a wrong type is told in other words. */
export function restoreText(message: string): string {
  const found = /^json: cannot unmarshal (\w+).* into Go struct field \S+ of type (\S+)$/.exec(message);
  if (!found) return message;
  const [, sent = '', type = ''] = found;
  const wanted = type.startsWith('[]')
    ? 'slice'
    : type.startsWith('map[')
      ? 'map'
      : type.includes('.')
        ? 'struct'
        : type;
  return `cannot restore ${wanted} from ${KINDS[sent] ?? sent}`;
}

/** Resources whose storage path is not their plural. */
const STORED_UNDER: Record<string, string> = {
  '/services': 'services/specs',
  '/endpoints': 'services/endpoints',
  '/nodes': 'minions',
  'networking.k8s.io/ingresses': 'ingress',
};

export function preconditionText(type: ResourceType, key: string, wanted: string, found: string): string {
  const folder = STORED_UNDER[type.shelf] ?? (type.custom ? type.shelf : type.resource);
  return `StorageError: invalid object, Code: 4, Key: /registry/${folder}/${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${found}`;
}

/** Kinds that live outside the core code base: their finalizers need no domain. */
export function isForeign(type: ResourceType): boolean {
  return (
    type.custom !== undefined ||
    type.group === 'apiextensions.k8s.io' ||
    type.group === 'apiregistration.k8s.io'
  );
}
