/** The real curl, as a customer's: it resolves names as the system does, which is at BIND here, and trusts one root alone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCommands } from '../binaries/debian.ts';
import type { Workspace } from '../process/workspace.ts';
import { run } from '../support/run.ts';

export interface Answer {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly body: string;
  /** Where a redirect leads to; empty when it is none. */
  readonly location: string;
  /** The address that was asked. */
  readonly address: string;
  /** Why there was no answer, in curl's words. */
  readonly problem: string;
}

export interface CurlOptions {
  /** Where it asks, whatever the name resolves to. */
  address?: string;
  /** Takes any certificate: what is served matters then, and not who vouches for it. Default false. */
  anyCertificate?: boolean;
}

export type Curl = (url: string, options?: CurlOptions) => Promise<Answer>;

/** `root` is the PEM of the only certificate that is trusted. */
export async function createCurl(workspace: Workspace, root: string): Promise<Curl> {
  const { curl } = await systemCommands('curl');
  const nothing = workspace.folder('curl', 'no-roots');
  const trusted = join(workspace.folder('curl'), 'root.pem');
  writeFileSync(trusted, root);
  const format = '\\n%{http_code} %{remote_ip} %{redirect_url}';
  const args = ['-q', '-sS', '-m', '10', '--cacert', trusted, '--capath', nothing, '-w', format];
  return async (url, { address: at, anyCertificate = false } = {}) => {
    const { hostname, port, protocol } = new URL(url);
    const end = port || (protocol === 'https:' ? '443' : '80');
    const fixed = at === undefined ? [] : ['--resolve', `${hostname}:${end}:${at}`];
    // Nothing of the machine's own settings, which may name other roots or a proxy.
    const env = { PATH: process.env.PATH };
    const trust = anyCertificate ? ['--insecure'] : [];
    const { stdout, stderr } = await run(curl, [...args, ...trust, ...fixed, url], {
      env,
      allowFailure: true,
    });
    const last = stdout.lastIndexOf('\n');
    const [status = '0', address = '', location = ''] = stdout.slice(last + 1).split(' ');
    return { status: Number(status), body: stdout.slice(0, last), location, address, problem: stderr.trim() };
  };
}
