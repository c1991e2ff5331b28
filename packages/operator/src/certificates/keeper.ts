import {
  ApiError,
  type Clock,
  type KubeClient,
  type KubeObject,
  type Logger,
  type ObjectRef,
  wait,
} from '@tenant-operator/kube';
import { hasBundle, hostsOf, isTrustedBy, publishBundle, readConfiguration } from './configuration.ts';
import { issueAuthority, issueServing, type KeyPair } from './issue.ts';
import { bundleOf, type CertificateSet, type CertificateStep, nextStep } from './plan.ts';
import { readCertificates, writeCertificates } from './secret.ts';
import { type WatchedObjects, watchCertificates } from './watched.ts';

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

/** Between two looks when nothing changes, in milliseconds: time alone makes a step due, and what failed is tried again. */
export const lookMs = 10_000;
/** More steps than any situation needs, and enough for replicas that write at the same time. */
const maxSteps = 8;

export function createCertificateKeeper(options: CertificateKeeperOptions): CertificateKeeper {
  const { client, clock, log, secret } = options;
  const ending = new AbortController();
  /** Ends the pause between two looks. */
  let resting = new AbortController();
  /** Something changed since the look began. */
  let isNews = false;
  const watched = watchCertificates({
    client,
    clock,
    log,
    secret,
    configuration: options.configuration,
    onChange() {
      isNews = true;
      resting.abort();
    },
  });
  let running: Promise<void> | undefined;
  let served: string | undefined;
  let complaint: string | undefined;

  /** The watches say whether there is anything to do; what is done goes by what the server says then. */
  async function look(): Promise<void> {
    const known = watched.read();
    const set = known && inPlace(known);
    if (set) {
      serve(set.serving);
      if (known.configuration) complaint = undefined;
      else complainOfAbsence();
    } else await act();
  }

  /** What is stored, when no step is due and every API server knows all of it. */
  function inPlace({ stored: { set }, configuration }: WatchedObjects): CertificateSet | undefined {
    const isPublished = (authority: string) => isTrustedBy(configuration, authority);
    const step = nextStep({ stored: set, hosts: allHosts(configuration), isPublished, now: clock.now() });
    if (step.kind !== 'keep' || !set) return undefined;
    return !configuration || hasBundle(configuration, bundleOf(set)) ? set : undefined;
  }

  function allHosts(configuration: KubeObject | undefined): string[] {
    return [...new Set([...options.hosts, ...hostsOf(configuration)])].sort();
  }

  function serve(serving: KeyPair): void {
    if (serving.certificate === served) return;
    served = serving.certificate;
    options.onServing(serving);
  }

  /** Gather, decide, act: a step at a time, until nothing is due. */
  async function act(): Promise<void> {
    const configuration = await readConfiguration(client, options.configuration);
    const set = await settle(allHosts(configuration), (authority) => isTrustedBy(configuration, authority));
    // What is served is first known, then asked for.
    serve(set.serving);
    if (!configuration) {
      complainOfAbsence();
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

  function complainOfAbsence(): void {
    const name = options.configuration;
    complain(
      `ValidatingWebhookConfiguration "${name}" does not exist, so nobody asks the webhook: kubectl apply -f deploy/webhook`,
    );
  }

  /** Once for each change of cause. */
  function complain(message: string): void {
    if (message !== complaint) log.warn({ cause: message }, 'the admission webhook is not ready');
    complaint = message;
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      isNews = false;
      resting = new AbortController();
      try {
        await look();
      } catch (error) {
        if (!ending.signal.aborted) complain(error instanceof Error ? error.message : String(error));
      }
      if (!isNews && !ending.signal.aborted) await wait(clock, lookMs, resting.signal);
    }
  }

  return {
    start() {
      watched.start();
      running ??= run();
    },
    async stop() {
      ending.abort();
      resting.abort();
      await watched.stop();
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
