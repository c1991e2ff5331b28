import type { Case, Json } from '../index.ts';
import { core, get, group, post } from './helpers.ts';

const AUTHN = '/apis/authentication.k8s.io/v1';
const AUTHZ = '/apis/authorization.k8s.io/v1';
const status = {
  pick: [
    'kind',
    'apiVersion',
    'status.allowed',
    'status.denied',
    'code',
    'reason',
    'message',
    'details.causes',
  ],
};
type Obj = { [key: string]: Json };
const access = (spec: Obj): Obj => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec,
});

export const cases: readonly Case[] = [
  {
    name: 'may I, of a resource',
    reason: 'kubectl auth can-i',
    steps: [
      post(
        `${AUTHZ}/selfsubjectaccessreviews`,
        access({ resourceAttributes: { namespace: '$ns', verb: 'create', resource: 'pods' } }),
        status,
      ),
      post(
        `${AUTHZ}/selfsubjectaccessreviews`,
        access({ nonResourceAttributes: { path: '/healthz', verb: 'get' } }),
        status,
      ),
    ],
  },
  {
    name: 'may I, of nothing',
    reason: 'refused',
    steps: [post(`${AUTHZ}/selfsubjectaccessreviews`, access({}), status)],
  },
  {
    name: 'may I, of two things',
    reason: 'refused',
    steps: [
      post(
        `${AUTHZ}/selfsubjectaccessreviews`,
        access({
          resourceAttributes: { verb: 'get', resource: 'pods' },
          nonResourceAttributes: { path: '/', verb: 'get' },
        }),
        status,
      ),
    ],
  },
  {
    name: 'may the administrators',
    reason: 'a review of a group',
    steps: [
      post(
        `${AUTHZ}/subjectaccessreviews`,
        {
          spec: {
            user: 'x',
            groups: ['system:masters'],
            resourceAttributes: { verb: 'get', resource: 'pods' },
          },
        },
        status,
      ),
    ],
  },
  {
    name: 'may nobody',
    reason: 'a review without a subject is refused',
    steps: [
      post(
        `${AUTHZ}/subjectaccessreviews`,
        { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
        status,
      ),
    ],
  },
  {
    name: 'may somebody here',
    reason: 'a local review names its namespace',
    steps: [
      post(
        group('authorization.k8s.io/v1', 'localsubjectaccessreviews'),
        {
          metadata: { namespace: '$ns' },
          spec: {
            user: 'x',
            groups: ['system:masters'],
            resourceAttributes: { namespace: '$ns', verb: 'get', resource: 'pods' },
          },
        },
        status,
      ),
      post(
        group('authorization.k8s.io/v1', 'localsubjectaccessreviews'),
        {
          metadata: { namespace: '$ns' },
          spec: {
            user: 'x',
            groups: ['system:masters'],
            resourceAttributes: { namespace: 'other', verb: 'get', resource: 'pods' },
          },
        },
        status,
      ),
    ],
  },
  {
    name: 'what may I',
    reason: 'rules',
    steps: [
      post(
        `${AUTHZ}/selfsubjectrulesreviews`,
        { spec: { namespace: '$ns' } },
        { pick: ['kind', 'status.incomplete', 'code'] },
      ),
    ],
  },
  {
    name: 'who am I',
    reason: 'kubectl auth whoami',
    steps: [
      post(
        `${AUTHN}/selfsubjectreviews`,
        {},
        { pick: ['kind', 'apiVersion', 'metadata.creationTimestamp', 'code'] },
      ),
    ],
  },
  {
    name: 'whose token is this',
    reason: 'an unknown one',
    steps: [
      post(
        `${AUTHN}/tokenreviews`,
        { spec: { token: 'no-such-token' } },
        { pick: ['kind', 'status.authenticated', 'status.user', 'code'] },
      ),
      post(`${AUTHN}/tokenreviews`, { spec: {} }, { pick: ['code', 'reason', 'message', 'details.causes'] }),
    ],
  },
  {
    name: 'reviews are not kept',
    reason: 'only create',
    steps: [
      get(`${AUTHZ}/selfsubjectaccessreviews`, { pick: ['code', 'reason'] }),
      get(`${AUTHN}/tokenreviews/x`, { pick: ['code', 'reason'] }),
    ],
  },
  {
    name: 'a review with an unknown member',
    reason: 'Strict',
    steps: [
      post(
        `${AUTHZ}/selfsubjectaccessreviews?fieldValidation=Strict`,
        access({ bogus: 1, resourceAttributes: { verb: 'get', resource: 'pods' } }),
        status,
      ),
    ],
  },
  {
    name: 'kinds of a review',
    reason: 'discovery',
    steps: [get(AUTHZ), get(AUTHN)],
  },
  {
    name: 'a review in a dry run',
    reason: 'answered',
    steps: [
      post(
        `${AUTHZ}/selfsubjectaccessreviews?dryRun=All`,
        access({ resourceAttributes: { verb: 'get', resource: 'pods' } }),
        status,
      ),
    ],
  },
  {
    name: 'nothing of a review in a namespace',
    reason: '404',
    steps: [get(core('selfsubjectaccessreviews'), { pick: ['code'] })],
  },
];
