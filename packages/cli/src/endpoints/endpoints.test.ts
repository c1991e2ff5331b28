import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createClient, silentLogger } from '@tenant-operator/kube';
import { createMetrics } from '@tenant-operator/operator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEndpoints } from './index.ts';

let api: Server;
let asked: { token: string | undefined; body: unknown }[];
let logged: Record<string, unknown>[];

beforeEach(async () => {
  asked = [];
  logged = [];
  api = createServer((incoming, response) => void answer(incoming, response));
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
});

afterEach(
  () =>
    new Promise((resolve) => {
      api.close(resolve);
      api.closeAllConnections();
    }),
);

/** Knows two tokens, of which one may read metrics. */
async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  const token = incoming.headers.authorization?.replace('Bearer ', '');
  const body = JSON.parse(text) as Record<string, unknown>;
  asked.push({ token, body });
  const isKnown = token === 'scraper' || token === 'somebody';
  response.writeHead(isKnown ? 201 : 401, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify(
      isKnown
        ? { ...body, status: { allowed: token === 'scraper', userInfo: { username: token } } }
        : { kind: 'Status', status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 },
    ),
  );
}

const flags = { metricsAuth: 'none', metricsTenantSeriesLimit: 10 } as const;

function start(more: Partial<Parameters<typeof startEndpoints>[0]>) {
  const server = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const log = {
    ...silentLogger,
    info: (fields: object, text?: string) => void logged.push({ ...fields, text }),
  } as typeof silentLogger;
  return startEndpoints(
    { ...flags, ...more },
    {
      metrics: createMetrics({ version: '1', tenantSeriesLimit: 10 }),
      clientFor: (token) => createClient({ server, namespace: 'default', auth: { token }, origin: 'test' }),
      facts: () => ({ role: 'contending', isHeld: false, caches: [] }),
      log,
    },
  );
}

const bind = { host: '127.0.0.1', port: 0 };
const portOf = (text: string) => logged.find((entry) => entry.text === text)?.port as number;

function get(port: number, token?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const sent = request(
      { host: '127.0.0.1', port, path: '/metrics', headers, rejectUnauthorized: false },
      (response) => {
        let body = '';
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('endpoints', () => {
  it('are nowhere when no address is given', async () => {
    const endpoints = await start({});
    expect(logged).toEqual([]);
    await endpoints.stop();
  });

  it('serve metrics and probes', async () => {
    const endpoints = await start({ metricsBindAddress: bind, healthBindAddress: bind });
    const metrics = await fetch(`http://127.0.0.1:${portOf('metrics are served')}/metrics`);
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await metrics.text()).toContain('tenant_operator_build_info{version="1"');
    const probe = await fetch(`http://127.0.0.1:${portOf('probes are served')}/readyz`);
    expect(await probe.text()).toContain('standby');
    await endpoints.stop();
  });

  it('let in whose token may get /metrics, over TLS', async () => {
    const endpoints = await start({ metricsBindAddress: bind, metricsAuth: 'token' });
    const port = portOf('metrics are served');
    expect(await get(port)).toMatchObject({ status: 401 });
    expect(await get(port, 'stranger')).toMatchObject({ status: 401 });
    const refused = await get(port, 'somebody');
    expect(refused).toEqual({
      status: 403,
      body: 'somebody may not get /metrics: bind it to a role that may\n',
    });
    expect((await get(port, 'scraper')).body).toContain('tenant_reconcile_duration_seconds');
    expect(asked.find(({ token }) => token === 'scraper')?.body).toMatchObject({
      kind: 'SelfSubjectAccessReview',
      spec: { nonResourceAttributes: { path: '/metrics', verb: 'get' } },
    });
    await endpoints.stop();
  });

  it.each([
    {
      reason: 'a certificate without its key',
      more: { metricsBindAddress: bind, metricsTlsCertFile: 'tls.crt' },
      text: 'needs its key',
    },
    {
      reason: 'a file that is not there',
      more: { metricsBindAddress: bind, metricsTlsCertFile: '/no/tls.crt', metricsTlsKeyFile: '/no/tls.key' },
      text: '/no/tls.crt',
    },
    {
      reason: 'an address of somebody else',
      more: { metricsBindAddress: { host: '192.0.2.1', port: 1 } },
      text: '--metrics-bind-address',
    },
  ])('fail in one line: $reason', async ({ more, text }) => {
    await expect(start(more)).rejects.toThrow(text);
  });
});
