/** Kinds that are only ever posted: who am I, may I. Every authenticated user may do everything here. */
import type { User } from '../engine/index.ts';
import { child, type JsonObject } from '../json.ts';

export type Review = (body: JsonObject, user: User, tokens: ReadonlyMap<string, User>) => JsonObject;

const allowed: Review = (body) => ({
  ...body,
  status: { allowed: true, reason: 'the sandbox allows everything' },
});

export const reviews: Record<string, Review> = {
  'authentication.k8s.io/selfsubjectreviews': (body, user) => ({
    ...body,
    status: { userInfo: { username: user.name, groups: user.groups } },
  }),
  'authentication.k8s.io/tokenreviews': (body, _user, tokens) => {
    const token = child(body, 'spec')?.token;
    const found = typeof token === 'string' ? tokens.get(token) : undefined;
    const status: JsonObject = found
      ? { authenticated: true, user: { username: found.name, groups: found.groups } }
      : { user: {}, error: '[invalid bearer token]' };
    return { ...body, status };
  },
  'authorization.k8s.io/selfsubjectaccessreviews': allowed,
  'authorization.k8s.io/subjectaccessreviews': allowed,
  'authorization.k8s.io/localsubjectaccessreviews': allowed,
  'authorization.k8s.io/selfsubjectrulesreviews': (body) => ({
    ...body,
    status: {
      incomplete: false,
      nonResourceRules: [{ nonResourceURLs: ['*'], verbs: ['*'] }],
      resourceRules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
    },
  }),
};
