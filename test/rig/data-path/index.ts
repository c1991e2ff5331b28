/**
 * The rig with the last mile: Traefik, cert-manager with Pebble, and an application that answers as every pod, so that a row
 * becomes an HTTPS answer. Runs inside the network namespace alone (`../namespace`).
 */
import { join } from 'node:path';
import { RigError } from '../errors.ts';
import { type Rig, type RigOptions, startRig } from '../index.ts';
import { isInside, POD_RANGE } from '../namespace/index.ts';
import { type CertManagerOptions, startCertManager } from '../parts/cert-manager.ts';
import { startExternalDns } from '../parts/external-dns.ts';
import { type Pebble, startPebble } from '../parts/pebble.ts';
import { startTraefik, type TraefikOptions } from '../parts/traefik.ts';
import { runSolverPods } from './pods.ts';

export { type Answer, type Curl, createCurl } from './curl.ts';

export interface DataPathOptions {
  rig?: Pick<RigOptions, 'audit' | 'logsDir'>;
  certManager?: CertManagerOptions;
  traefik?: TraefikOptions;
}

export interface DataPath {
  readonly rig: Rig;
  readonly pebble: Pebble;
}

/** The port of the guide's application. */
const APP_PORT = 8080;

/** Starts the rig and its last mile. On failure nothing stays behind. */
export async function startDataPath(options: DataPathOptions = {}): Promise<DataPath> {
  if (!isInside())
    throw new RigError(
      'PART_NOT_READY',
      'the data path runs in a network namespace: node --import tsx test/rig/namespace/enter.ts COMMAND',
    );
  const rig = await startRig({
    ...options.rig,
    // It would look for the address of a way out, and there is none.
    controlPlane: { apiServerArgs: ['--advertise-address=192.0.2.1'] },
    // Where HTTPRoutes are a source it does not start before their kinds are there.
    externalDns: options.traefik?.gateway ? false : {},
    // Traefik gives Ingresses their address, as an ingress controller does.
    kwok: { stages: { ingressAddress: false }, podRange: POD_RANGE },
    // The one that /etc/resolv.conf names here.
    dns: { port: 53 },
  });
  const { workspace, dns } = rig;
  try {
    const certificates = startPebble(workspace, rig, dns).then(async (pebble) => {
      await startCertManager(workspace, rig, { dns, pebble }, options.certManager);
      if (options.certManager?.challenge === 'http01') await runSolverPods(rig);
      return pebble;
    });
    const [pebble] = await Promise.all([
      certificates,
      startTraefik(workspace, rig, options.traefik).then(() =>
        options.traefik?.gateway ? startExternalDns(workspace, rig, dns, { routes: true }) : [],
      ),
      startApp(rig),
    ]);
    return { rig, pebble };
  } catch (error) {
    await rig.stop();
    throw error;
  }
}

async function startApp({ workspace }: Rig): Promise<void> {
  await workspace.start({
    name: 'app',
    command: process.execPath,
    args: ['--import', 'tsx', join(import.meta.dirname, 'app.ts'), String(APP_PORT)],
    isReady: async () => (await fetch(`http://127.0.0.1:${APP_PORT}/`)).ok,
  });
}
