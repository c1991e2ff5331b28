/**
 * The validating admission webhook: says at the door what a schema cannot say, of registries and templates only.
 *
 * CREATE and UPDATE: a template with an error is refused with the sentence that its condition Valid would carry; a missing
 * registry is only warned of, and so is a registry that takes away a variable in use. DELETE of a registry or template above
 * the deletion guard's limits is refused unless it was approved before. Every check of the first two is repeated by the
 * controllers, so nothing depends on the webhook; it serves in every replica, whoever leads.
 */
import { type Clock, type KubeClient, type Logger, systemClock } from '@tenant-operator/kube';
import { createCertificateKeeper, type KeyPair } from '../certificates/index.ts';
import type { Operator } from '../controller/index.ts';
import { createScope, type Scope } from '../scope/index.ts';
import { configurationName, secretName, serviceName } from './manifests.ts';
import { createReviewer, type Reviewer } from './reviewer.ts';
import { createWebhookServer } from './server.ts';

export interface WebhookOptions {
  /** Must be able to write while another replica leads: the certificates belong to all. */
  readonly client: KubeClient;
  readonly objects: Operator['objects'];
  readonly log: Logger;
  readonly clock?: Clock;
  /** Where to listen; port 0 takes a free one. */
  readonly bind: { readonly host: string; readonly port: number };
  /** Of the operator's own objects, the Secret with the certificates among them. */
  readonly operatorNamespace: string;
  /** The one namespace that the operator looks at; all when left out. */
  readonly namespace?: string | undefined;
  /** How far templates reach, as for the controllers. */
  readonly scope?: Scope;
  /** A certificate that somebody else makes and renews, its authority in the configuration; ours when left out. */
  readonly certificate?: {
    readonly current: KeyPair;
    onChange(listener: (fresh: KeyPair) => void): void;
  };
  /** Is told of every review, with its duration in milliseconds. */
  readonly onReview?: (review: {
    readonly operation: string;
    readonly isAllowed: boolean;
    readonly tookMs: number;
  }) => void;
}

export interface Webhook {
  /** Listens, after the operator's caches were filled. Rejects when the address cannot be had. */
  start(): Promise<void>;
  /** Whether it has a certificate. */
  isServing(): boolean;
  stop(): Promise<void>;
}

export function createWebhook(options: WebhookOptions): Webhook {
  const { client, objects, log, clock = systemClock, bind, operatorNamespace, namespace } = options;
  const scope = options.scope ?? createScope();
  const reviewer = timed(createReviewer({ client, objects, clock, log, namespace, scope }), options, clock);
  const server = createWebhookServer({ reviewer, log, ...bind });
  let port = bind.port;
  let isServing = false;
  const serve = (serving: KeyPair): void => {
    server.serve(serving);
    if (!isServing) log.info({ host: bind.host, port }, 'the admission webhook serves');
    isServing = true;
  };
  const given = options.certificate;
  const certificates = given
    ? undefined
    : createCertificateKeeper({
        client,
        clock,
        log,
        secret: { namespace: operatorNamespace, name: secretName },
        configuration: configurationName,
        hosts: [`${serviceName}.${operatorNamespace}.svc`, 'localhost', '127.0.0.1'],
        onServing: serve,
      });
  return {
    async start() {
      port = await server.listen();
      given?.onChange(serve);
      if (given) serve(given.current);
      certificates?.start();
    },
    isServing: () => isServing,
    async stop() {
      await certificates?.stop();
      await server.close();
    },
  };
}

function timed(reviewer: Reviewer, { onReview }: WebhookOptions, clock: Clock): Reviewer {
  return {
    async review(request) {
      const started = clock.monotonic();
      const verdict = await reviewer.review(request);
      const isAllowed = verdict.kind === 'allowed';
      onReview?.({ operation: request.operation, isAllowed, tookMs: clock.monotonic() - started });
      return verdict;
    },
  };
}
