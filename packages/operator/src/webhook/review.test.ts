import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReview, reviewOf } from './review.ts';

// Always the same draws, so that a failure is of the change that was made; FC_SEED draws others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

const request = {
  uid: 'u-1',
  kind: { group: 'operator.kubernetes-tenants.org', version: 'v1', kind: 'TenantTemplate' },
  operation: 'CREATE',
  namespace: 'default',
  object: { metadata: { name: 'web' }, spec: {} },
};

const review = (changes: object = {}, outer: object = {}) =>
  JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { ...request, ...changes },
    ...outer,
  });

describe('a review', () => {
  it.each([
    ['', 'the body is no JSON', 'empty'],
    ['{', 'the body is no JSON', 'cut'],
    ['null', 'the body is no AdmissionReview', 'null'],
    ['[]', 'the body is no AdmissionReview', 'a list'],
    ['"AdmissionReview"', 'the body is no AdmissionReview', 'text'],
    ['{"kind":"Pod"}', 'the body is no AdmissionReview', 'another kind'],
    [review({}, { apiVersion: 'admission.k8s.io/v1beta1' }), 'apiVersion must be', 'an old version'],
    [review({}, { request: null }), 'request is missing', 'no request'],
    [review({}, { request: [] }), 'request is missing', 'a list of requests'],
    [review({ uid: 7 }), 'request.uid', 'a number as uid'],
    [review({ uid: '' }), 'request.uid', 'an empty uid'],
    [review({ kind: 'TenantTemplate' }), 'request.kind.kind', 'text as kind'],
    [review({ operation: 'CONNECT' }), 'request.operation', 'another operation'],
    [review({ namespace: {} }), 'request.namespace', 'an object as namespace'],
    [review({ object: null }), 'request.object', 'no object'],
    [review({ object: 'x' }), 'request.object', 'text as object'],
    [review({ object: { metadata: [] } }), 'request.object', 'a list as metadata'],
    [review({ operation: 'UPDATE' }), 'request.oldObject', 'an update of nothing'],
    [review({ operation: 'DELETE', object: null }), 'request.oldObject', 'a deletion of nothing'],
  ])('%s is refused: %s (%s)', (text, message) => {
    const parsed = parseReview(text);
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed.ok ? '' : parsed.message).toContain(message);
  });

  it('is read', () => {
    expect(parseReview(review())).toMatchObject({
      ok: true,
      request: { uid: 'u-1', kind: 'TenantTemplate', operation: 'CREATE', namespace: 'default' },
    });
  });

  it('takes generateName where there is no name yet, and no name that is none', () => {
    const metadata = { name: 3, generateName: 'web-', deletionTimestamp: 5 };
    const parsed = parseReview(review({ object: { metadata } }));
    expect(parsed.ok && parsed.request.object?.metadata).toEqual({ name: 'web-' });
  });

  it('of any text never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => review({ object: JSON.parse(json) as unknown })),
        ),
        (text) => {
          const parsed = parseReview(text);
          expect(typeof parsed.ok).toBe('boolean');
        },
      ),
    );
  });

  it('may be nested as deep as it likes', () => {
    const depth = 200_000;
    const text = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(parseReview(text).ok).toBe(false);
  });
});

describe('an answer', () => {
  it.each([
    [{ kind: 'allowed', warnings: [] } as const, { uid: 'u', allowed: true }],
    [{ kind: 'allowed', warnings: ['w'] } as const, { uid: 'u', allowed: true, warnings: ['w'] }],
    [
      { kind: 'refused', status: 422, reason: 'Invalid', message: 'm' } as const,
      { uid: 'u', allowed: false, status: { status: 'Failure', code: 422, reason: 'Invalid', message: 'm' } },
    ],
  ])('to %j', (verdict, response) => {
    expect(reviewOf('u', verdict)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response,
    });
  });
});
