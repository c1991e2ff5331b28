import {
  ApiError,
  type Clock,
  type KubeClient,
  type Logger,
  type ObjectRef,
  wait,
} from '@tenant-operator/kube';
import { hostsOf, isTrustedBy, publishBundle, readConfiguration } from './configuration.ts';
import { issueAuthority, issueServing, type KeyPair } from './issue.ts';
import { bundleOf, type CertificateSet, type CertificateStep, nextStep } from './plan.ts';
import { readCertificates, writeCertificates } from './secret.ts';

export interface CertificateKeeperOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** The Secret. */
  readonly secret: ObjectRef;
  /** Name of the ValidatingWebhookConfiguration. */
  readonly configuration: string;
  /** Hosts that the serving certificate carries besides those that the configuration calls. */
  readonly hosts: readonly string[];
  /** Takes the certificate to serve from now on; called when it changed. */
  onServing(serving: KeyPair): void;
}

export interface CertificateKeeper {
  start(): void;
  stop(): Promise<void>;
}

/** Between two looks, in milliseconds: a configuration that was applied again has its bundle back within this time. */
export const lookMs = 10_000;
/** More steps than any situation needs, and enough for replicas that write at the same time. */
const maxSteps = 8;

export function createCertificateKeeper(options: CertificateKeeperOptions): CertificateKeeper {
  const { client, clock, log, secret } = options;
  const ending = new AbortController();
  let running: Promise<void> | undefined;
  let served: string | undefined;
  let complaint: string | undefined;

  /** Gather, decide, act: a step at a time, until nothing is due. */
  async function look(): Promise<void> {
    const configuration = await readConfiguration(client, options.configuration);
    const hosts = [...new Set([...options.hosts, ...hostsOf(configuration)])].sort();
    const set = await settle(hosts, (authority) => isTrustedBy(configuration, authority));
    // What is served is first known, then asked for.
    if (set.serving.certificate !== served) {
      served = set.serving.certificate;
      options.onServing(set.serving);
    }
    if (!configuration) {
      const name = options.configuration;
      complain(
        `ValidatingWebhookConfiguration "${name}" does not exist, so nobody asks the webhook: kubectl apply -f deploy/webhook`,
      );
      return;
    }
    if (await publishBundle(client, configuration, bundleOf(set))) {
      log.info(
        { configuration: options.configuration },
        'the API servers are told which authorities to trust',
      );
    }
    complaint = undefined;
  }

  async function settle(
    hosts: readonly string[],
    isPublished: (authority: string) => boolean,
  ): Promise<CertificateSet> {
    for (let count = 0; count < maxSteps; count++) {
      const { set, resourceVersion } = await readCertificates(client, secret);
      const step = nextStep({ stored: set, hosts, isPublished, now: clock.now() });
      if (step.kind === 'keep' && set) return set;
      try {
        await writeCertificates(
          client,
          secret,
          await carryOut(step, set, hosts, clock.now()),
          resourceVersion,
        );
        log.info({ step: step.kind }, 'certificates are renewed');
      } catch (error) {
        // Another replica was quicker.
        if (!(error instanceof ApiError && error.isConflict)) throw error;
      }
    }
    throw new Error(`Secret "${secret.namespace}/${secret.name}" changes all the time`);
  }

  /** Once for each change of cause. */
  function complain(message: string): void {
    if (message !== complaint) log.warn({ cause: message }, 'the admission webhook is not ready');
    complaint = message;
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        await look();
      } catch (error) {
        if (!ending.signal.aborted) complain(error instanceof Error ? error.message : String(error));
      }
      await wait(clock, lookMs, ending.signal);
    }
  }

  return {
    start() {
      running ??= run();
    },
    async stop() {
      ending.abort();
      await running;
    },
  };
}

async function carryOut(
  step: CertificateStep,
  stored: CertificateSet | undefined,
  hosts: readonly string[],
  now: number,
): Promise<CertificateSet> {
  if (step.kind === 'begin' || !stored) {
    const authority = await issueAuthority(now);
    return { authority, serving: await issueServing(authority, hosts, now) };
  }
  switch (step.kind) {
    case 'newAuthority':
      return { ...stored, authority: await issueAuthority(now), previous: stored.authority };
    case 'newServing':
      return { ...stored, serving: await issueServing(step.signer, hosts, now) };
    case 'retirePrevious':
      return { authority: stored.authority, serving: stored.serving };
    case 'keep':
      return stored;
  }
}
