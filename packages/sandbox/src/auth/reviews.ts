/** Kinds that are only ever posted: who am I, may I. Every authenticated user may do everything here. */
import type { User } from '../engine/index.ts';
import { child, type Json, type JsonObject, textOf } from '../json.ts';
import { badRequest, type FieldError, invalid, invalidValue } from '../status/index.ts';

export interface ReviewContext {
  user: User;
  tokens: ReadonlyMap<string, User>;
  /** Of a local review. */
  namespace: string;
  /** RFC 3339. */
  now: string;
}

export type Review = (body: JsonObject, context: ReviewContext) => JsonObject;

const capital = (value: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.charAt(0).toUpperCase() + key.slice(1), item]),
  );

/** `isOthers`: a review of somebody else names that somebody. */
function access(isOthers: boolean): Review {
  return (body, { namespace }) => {
    const spec = child(body, 'spec') ?? {};
    const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
    const errors: FieldError[] = [];
    if (resource === undefined && path === undefined)
      errors.push(
        invalidValue(
          'spec.resourceAttributes',
          null,
          'exactly one of nonResourceAttributes or resourceAttributes must be specified',
        ),
      );
    if (resource !== undefined && path !== undefined)
      errors.push(
        invalidValue(
          'spec.nonResourceAttributes',
          capital(path as JsonObject),
          'cannot be specified in combination with resourceAttributes',
        ),
      );
    const groups = spec.groups as Json[] | undefined;
    if (isOthers && !textOf(spec.user) && !groups?.length)
      errors.push(invalidValue('spec.user', '', 'at least one of user or group must be specified'));
    const there = textOf(child(spec, 'resourceAttributes')?.namespace);
    if (isOthers && namespace && there !== namespace)
      errors.push(invalidValue('spec.resourceAttributes.namespace', there, 'must match metadata.namespace'));
    if (errors.length > 0) throw invalid('authorization.k8s.io', '', '', errors);
    return { ...body, status: { allowed: true } };
  };
}

export const reviews: Record<string, Review> = {
  'authentication.k8s.io/selfsubjectreviews': (body, { user, now }) => ({
    ...body,
    metadata: { ...child(body, 'metadata'), creationTimestamp: now },
    status: { userInfo: { username: user.name, groups: user.groups } },
  }),
  'authentication.k8s.io/tokenreviews': (body, { tokens }) => {
    const token = textOf(child(body, 'spec')?.token);
    if (!token) throw badRequest('token is required for TokenReview in authentication');
    const found = tokens.get(token);
    const status: JsonObject = found
      ? { authenticated: true, user: { username: found.name, groups: found.groups } }
      : { user: {}, error: '[invalid bearer token]' };
    return { ...body, status };
  },
  'authorization.k8s.io/selfsubjectaccessreviews': access(false),
  'authorization.k8s.io/subjectaccessreviews': access(true),
  'authorization.k8s.io/localsubjectaccessreviews': access(true),
  'authorization.k8s.io/selfsubjectrulesreviews': (body) => ({
    ...body,
    status: {
      incomplete: false,
      nonResourceRules: [{ nonResourceURLs: ['*'], verbs: ['*'] }],
      resourceRules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
    },
  }),
};
