/** What `run` serves to machines: metrics for Prometheus and probes for the kubelet. */
import { type Access, createTokenAccess, type TokenClients } from '@tenant-operator/dashboard';
import type { Logger } from '@tenant-operator/kube';
import {
  createHealthServer,
  createMetricsServer,
  type HealthFacts,
  type Metrics,
} from '@tenant-operator/operator';
import type { BindAddress } from '../bind-address.ts';
import type { EndpointFlags } from '../commands/endpoint-flags.ts';
import { CommandFailure } from '../failure.ts';
import { type Certificate, followCertificate } from './certificate.ts';

export interface EndpointOptions {
  readonly metrics: Metrics;
  readonly clientFor: TokenClients['clientFor'];
  facts(): HealthFacts;
  readonly log: Logger;
}

export interface Endpoints {
  stop(): Promise<void>;
}

/** Throws CommandFailure when an address cannot be had or a certificate cannot be read. */
export async function startEndpoints(flags: EndpointFlags, options: EndpointOptions): Promise<Endpoints> {
  const running: (() => Promise<void>)[] = [];
  if (flags.healthBindAddress) running.push(await startHealth(flags.healthBindAddress, options));
  if (flags.metricsBindAddress) running.push(await startMetrics(flags.metricsBindAddress, flags, options));
  return { stop: async () => void (await Promise.all(running.map((stop) => stop()))) };
}

async function startHealth(bind: BindAddress, { facts, log }: EndpointOptions) {
  const server = createHealthServer({ facts, bind, log });
  const port = await listening('probes', '--health-bind-address', () => server.start());
  log.info({ host: bind.host, port }, 'probes are served');
  return () => server.stop();
}

async function startMetrics(
  bind: BindAddress,
  flags: EndpointFlags,
  { metrics, clientFor, log }: EndpointOptions,
): Promise<() => Promise<void>> {
  const access =
    flags.metricsAuth === 'token' ? createTokenAccess({ clientFor, permission: readMetrics }) : undefined;
  const certificate = await certificateFor(flags, log);
  const server = createMetricsServer({
    metrics,
    bind,
    log,
    tls: certificate?.current,
    ...(access ? { admit: (request) => refusalOf(access, request) } : {}),
  });
  const port = await listening('metrics', '--metrics-bind-address', () => server.start());
  certificate?.onChange((fresh) => server.useCertificate(fresh));
  log.info(
    { host: bind.host, port, tls: certificate !== undefined, auth: flags.metricsAuth },
    'metrics are served',
  );
  return async () => {
    certificate?.stop();
    await server.stop();
    await access?.close();
  };
}

const readMetrics = {
  attributes: { nonResourceAttributes: { path: '/metrics', verb: 'get' } },
  words: 'get /metrics',
};

async function refusalOf(access: Access, request: Parameters<Access['admit']>[0]) {
  const admission = await access.admit(request);
  return admission.kind === 'refused' ? admission : undefined;
}

/** Tokens never cross the network in the clear, so with them there is always a certificate. */
async function certificateFor(flags: EndpointFlags, log: Logger): Promise<Certificate | undefined> {
  const { metricsTlsCertFile, metricsTlsKeyFile, metricsAuth } = flags;
  const given = followCertificate('metrics', metricsTlsCertFile, metricsTlsKeyFile, log);
  if (given || metricsAuth === 'none') return given;
  const { makeCertificate } = await import('./self-signed.ts');
  return makeCertificate({ log });
}

async function listening(what: string, flag: string, start: () => Promise<number>): Promise<number> {
  try {
    return await start();
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`${what} cannot be served: ${cause}; choose another address with ${flag}`);
  }
}
