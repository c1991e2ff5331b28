/** A DNS provider for ExternalDNS (`--provider=webhook`) that owns no zone: it remembers what it is asked to publish. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const MEDIA_TYPE = 'application/external.dns.webhook+json;version=1';

/** An endpoint as ExternalDNS writes it in JSON. */
export interface WireEndpoint {
  dnsName?: string;
  targets?: string[];
  recordType?: string;
  setIdentifier?: string;
  recordTTL?: number;
  labels?: Record<string, string>;
  providerSpecific?: { name?: string; value?: string }[];
}

export interface WebhookProvider {
  url: string;
  /** What the sources gave, before the planner. */
  endpoints: WireEndpoint[];
  /** What the planner wants to create, TXT records of the registry included. */
  created: WireEndpoint[];
  close(): Promise<void>;
}

/** Starts the provider on a free loopback port. */
export async function startWebhookProvider(): Promise<WebhookProvider> {
  const seen: Pick<WebhookProvider, 'endpoints' | 'created'> = { endpoints: [], created: [] };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const answer = (status: number, content = '') =>
        response.writeHead(status, { 'content-type': MEDIA_TYPE }).end(content);
      switch (`${request.method} ${request.url}`) {
        case 'GET /':
          return answer(200, '{}');
        case 'GET /records':
          return answer(200, '[]');
        case 'POST /adjustendpoints':
          seen.endpoints = JSON.parse(body) as WireEndpoint[];
          return answer(200, body);
        case 'POST /records':
          seen.created = (JSON.parse(body) as { Create?: WireEndpoint[] }).Create ?? [];
          return answer(204);
        default:
          return answer(404);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get endpoints() {
      return seen.endpoints;
    },
    get created() {
      return seen.created;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
