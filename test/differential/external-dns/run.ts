/** One pass of the real ExternalDNS over a cluster. */
import { spawn } from 'node:child_process';
import { startWebhookProvider, type WireEndpoint } from './webhook.ts';

export interface Pass {
  endpoints: WireEndpoint[];
  created: WireEndpoint[];
}

/** Runs `external-dns --once` with the given extra flags; rejects with its log when it fails. */
export async function runExternalDns(
  binary: string,
  kubeconfig: string,
  flags: readonly string[],
): Promise<Pass> {
  const provider = await startWebhookProvider();
  try {
    const args = [
      '--once',
      `--kubeconfig=${kubeconfig}`,
      '--source=service',
      '--source=ingress',
      '--provider=webhook',
      `--webhook-provider-url=${provider.url}`,
      '--metrics-address=127.0.0.1:0',
      ...flags,
    ];
    const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const log: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (code !== 0) throw new Error(`external-dns ended with ${code}:\n${log.join('').slice(-4000)}`);
    return { endpoints: provider.endpoints, created: provider.created };
  } finally {
    await provider.close();
  }
}
