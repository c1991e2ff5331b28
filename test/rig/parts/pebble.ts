import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { binaryPath } from '../binaries/index.ts';
import { RigError } from '../errors.ts';
import { freePorts } from '../process/ports.ts';
import type { Workspace } from '../process/workspace.ts';
import type { Bind } from './bind.ts';
import type { ControlPlane } from './control-plane.ts';

export interface PebbleOptions {
  /** The port at which it asks for HTTP-01 answers, default 80. */
  httpPort?: number;
  /** Names for which it refuses every order. */
  refusedNames?: readonly string[];
}

/** An ACME server that really validates: it resolves names at BIND and nowhere else. */
export interface Pebble {
  /** URL of the ACME directory. */
  readonly directory: string;
  /** PEM of who signed the certificate of the directory itself. */
  readonly serverAuthority: string;
  /** PEM of the root that its certificates lead to; another one after every start. */
  root(): Promise<string>;
}

/** Starts Pebble; ready when its directory answers. */
export async function startPebble(
  workspace: Workspace,
  plane: Pick<ControlPlane, 'certificateAuthority'>,
  dns: Pick<Bind, 'host' | 'port'>,
  { httpPort = 80, refusedNames = [] }: PebbleOptions = {},
): Promise<Pebble> {
  const dir = workspace.folder('pebble');
  const [port, managementPort] = (await freePorts(2)) as [number, number];
  const authority = plane.certificateAuthority;
  const serving = await authority.issueServer('pebble', { dns: ['localhost'], ip: ['127.0.0.1'] });
  const file = (name: string, text: string): string => {
    const path = join(dir, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const configuration = {
    pebble: {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${managementPort}`,
      certificate: file('serving.crt', serving.certificate),
      privateKey: file('serving.key', serving.key),
      httpPort,
      tlsPort: 443,
      keyAlgorithm: 'ecdsa',
      domainBlocklist: refusedNames,
      // Seconds until it wants to be asked again.
      retryAfter: { authz: 1, order: 1 },
    },
  };
  const directory = `https://127.0.0.1:${port}/dir`;
  const agent = new Agent({ connect: { ca: authority.certificate } });
  workspace.onClose(() => agent.destroy());
  const get = async (url: string): Promise<string> => {
    // RFC 8555 section 6.1 wants to know who asks.
    const headers = { 'user-agent': 'tenant-operator-rig' };
    const answer = await request(url, { dispatcher: agent, headers });
    const text = await answer.body.text();
    if (answer.statusCode !== 200)
      throw new RigError('REQUEST_FAILED', `${url}: ${answer.statusCode} ${text}`);
    return text;
  };
  await workspace.start({
    name: 'pebble',
    command: await binaryPath('pebble'),
    args: [
      '-config',
      file('pebble.json', JSON.stringify(configuration)),
      '-strict=false',
      '-dnsserver',
      `${dns.host}:${dns.port}`,
    ],
    // Two habits that are there to try out ACME clients, and that only cost time here: it waits up to 15 s before it
    // validates, and refuses one good nonce in twenty.
    env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' },
    isReady: async () => (await get(directory)) !== '',
  });
  return {
    directory,
    serverAuthority: authority.certificate,
    root: () => get(`https://127.0.0.1:${managementPort}/roots/0`),
  };
}
