/** Candidates as people read them. Pure. */
import { describeObject } from '../changes/index.ts';
import type { Candidate } from './index.ts';

const words: Readonly<Record<Candidate['state'], string>> = {
  adopt: 'can be taken over',
  own: 'is its own already',
  absent: 'does not exist yet',
  blocked: 'cannot be taken over',
};

export function describeAdoption(tenant: string, candidates: readonly Candidate[]): string {
  return [`Tenant ${tenant}`, ...candidates.flatMap(describeCandidate), ''].join('\n');
}

function describeCandidate({
  id,
  kind,
  namespace,
  name,
  state,
  message,
  change,
  release,
}: Candidate): string[] {
  const where = `${namespace === undefined ? '' : `${namespace}/`}${name}`;
  const from = release ? ` (Helm release ${release.namespace}/${release.name})` : '';
  const cause = state === 'blocked' || state === 'adopt' ? `: ${message}` : '';
  const sign = { adopt: '>', own: '=', absent: '+', blocked: '!' }[state];
  const told = change?.fields?.filter(({ path }) => !isMark(path)) ?? [];
  const fields = state === 'adopt' && change ? describeObject({ ...change, fields: told }).slice(1) : [];
  const same =
    state === 'adopt' && told.length === 0 ? ['        nothing of it changes but whose it is'] : [];
  return [`  ${sign} ${kind} ${where}  (item ${id})  ${words[state]}${cause}${from}`, ...fields, ...same];
}

/** Labels, annotations and the owner that say whose it is: that is what was asked for. */
function isMark(path: string): boolean {
  return (
    path.startsWith('metadata.ownerReferences') || /^metadata\.\w+\["kubernetes-tenants\.org\//.test(path)
  );
}
