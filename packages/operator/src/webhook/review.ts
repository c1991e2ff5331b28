/** AdmissionReview v1: the question of an API server, read with care, and our answer. */

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

/** What is asked, as far as we look at it. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: string;
  readonly operation: Operation;
  readonly namespace: string;
  /** Undefined for a DELETE. */
  readonly object: ReviewedObject | undefined;
  /** Undefined for a CREATE. */
  readonly oldObject: ReviewedObject | undefined;
}

/** An object as it came: only these of its fields are known to be what they should be. */
export interface ReviewedObject {
  readonly [field: string]: unknown;
  readonly metadata: {
    readonly name: string;
    readonly deletionTimestamp?: string;
  };
}

export type Verdict =
  | { readonly kind: 'allowed'; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string; readonly message: string };

export type ParsedReview =
  | { readonly ok: true; readonly request: AdmissionRequest }
  | { readonly ok: false; readonly message: string };

type Json = Readonly<Record<string, unknown>>;

const operations: readonly unknown[] = ['CREATE', 'UPDATE', 'DELETE'] satisfies Operation[];

/** Reads the body of a request; never throws. */
export function parseReview(text: string): ParsedReview {
  let review: unknown;
  try {
    review = JSON.parse(text);
  } catch {
    return refuse('the body is no JSON');
  }
  if (!isObject(review) || review.kind !== 'AdmissionReview') return refuse('the body is no AdmissionReview');
  if (review.apiVersion !== 'admission.k8s.io/v1') {
    return refuse('apiVersion must be admission.k8s.io/v1, the only version that is understood here');
  }
  const { request } = review;
  if (!isObject(request)) return refuse('request is missing');
  const { uid, kind, operation, namespace = '' } = request;
  if (typeof uid !== 'string' || uid === '') return refuse('request.uid is missing');
  if (!isObject(kind) || typeof kind.kind !== 'string') return refuse('request.kind.kind is missing');
  if (!operations.includes(operation)) return refuse('request.operation must be CREATE, UPDATE or DELETE');
  if (typeof namespace !== 'string') return refuse('request.namespace must be text');
  const [object, oldObject] = [readObject(request.object), readObject(request.oldObject)];
  if (operation !== 'DELETE' && !object)
    return refuse('request.object is missing or no object with a metadata');
  if (operation !== 'CREATE' && !oldObject) {
    return refuse('request.oldObject is missing or no object with a metadata');
  }
  return {
    ok: true,
    request: { uid, kind: kind.kind, operation: operation as Operation, namespace, object, oldObject },
  };
}

/** The answer's body. */
export function reviewOf(uid: string, verdict: Verdict): unknown {
  const response =
    verdict.kind === 'allowed'
      ? { uid, allowed: true, ...(verdict.warnings.length > 0 ? { warnings: verdict.warnings } : {}) }
      : {
          uid,
          allowed: false,
          status: {
            status: 'Failure',
            code: verdict.status,
            reason: verdict.reason,
            message: verdict.message,
          },
        };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}

function refuse(message: string): ParsedReview {
  return { ok: false, message };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** With `generateName` the name is not known yet when an object is created. */
function readObject(value: unknown): ReviewedObject | undefined {
  if (!isObject(value) || !isObject(value.metadata)) return undefined;
  const { name, generateName, deletionTimestamp, ...rest } = value.metadata;
  const metadata = {
    ...rest,
    name: textOr(name, textOr(generateName, '')),
    ...(typeof deletionTimestamp === 'string' ? { deletionTimestamp } : {}),
  };
  return { ...value, metadata };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
