/**
 * A proxy between the operator and the API server that lets a given number of writes through and then goes silent: the answer
 * to the last one is lost, and nothing that the operator sends afterwards arrives.
 *
 * The operator's Lease and its Events are passed on and not counted: they hold nothing of a tenant's.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface WriteProxy {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Writes since the last `open` or `cutAfter`, as `METHOD path`. */
  readonly writes: readonly string[];
  /** Resolves when this many writes from now on were carried out by the server; from then on nothing passes. */
  cutAfter(count: number): Promise<void>;
  /** Lets everything through again; connections from before are closed. */
  open(): void;
  close(): Promise<void>;
}

const uncounted = /\/(leases|events)(\/|\?|$)|^\/apis\/(authorization|authentication)\.k8s\.io\//;

/** `kubeconfig` is a file of the rig: its server is where requests go. */
export async function startWriteProxy(kubeconfig: string): Promise<WriteProxy> {
  const target = readTarget(kubeconfig);
  const agent = new Agent({ keepAlive: true, ca: target.authority });
  let writes: string[] = [];
  let limit = Number.POSITIVE_INFINITY;
  let answered = 0;
  let isSilent = false;
  let reached: () => void = () => undefined;

  function handle(near: IncomingMessage, answer: ServerResponse): void {
    const { method = 'GET', url = '/' } = near;
    const isWrite = method !== 'GET' && !uncounted.test(url);
    if (isWrite && !isSilent && writes.length < limit) writes.push(`${method} ${url}`);
    else if (isWrite || isSilent) return;
    const round = writes;
    const far = request(target.server + url, { method, headers: near.headers, agent }, (response) => {
      // A write that was let through has been carried out, whether its answer arrives or not.
      if (isWrite && round === writes) {
        answered += 1;
        if (answered >= limit) {
          isSilent = true;
          reached();
        }
      }
      if (isSilent) return void response.resume();
      answer.writeHead(response.statusCode ?? 502, response.headers);
      answer.flushHeaders();
      response.pipe(answer);
    });
    far.on('error', () => answer.destroy());
    if (!isWrite) answer.on('close', () => far.destroy());
    near.pipe(far);
  }

  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const begin = (count: number) => {
    writes = [];
    answered = 0;
    limit = count;
    isSilent = false;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get writes() {
      return writes;
    },
    cutAfter(count) {
      begin(count);
      return new Promise((resolve) => {
        reached = resolve;
      });
    },
    open() {
      server.closeAllConnections();
      begin(Number.POSITIVE_INFINITY);
    },
    async close() {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
}

function readTarget(file: string): { server: string; authority: Buffer } {
  const [entry] = (JSON.parse(readFileSync(file, 'utf8')) as Kubeconfig).clusters;
  if (!entry) throw new Error(`${file} names no cluster`);
  const { server, 'certificate-authority-data': authority } = entry.cluster;
  return { server, authority: Buffer.from(authority, 'base64') };
}
