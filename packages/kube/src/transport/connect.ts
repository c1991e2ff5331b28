/** Opens the sockets: overrides of addresses, TLS with the right name, tunnels through an HTTP proxy. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { buildConnector } from 'undici';
import type { ClientConfig } from '../config/index.ts';
import { TransportError } from './errors.ts';
import { type ResolveMap, resolveEndpoint } from './resolve.ts';

/** PEM texts of a client certificate. */
export interface TlsMaterial {
  cert: string;
  key: string;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Something that is being connected, to be given up with an error. */
export interface Pending {
  destroy(error: Error): void;
}

/**
 * A connector for undici that goes where `resolve` says while the server name, the certificate check and
 * the Host header keep the name of the URL. What is being connected is in `pending`: undici itself cannot
 * give up a handshake, it waits for its end.
 */
export function createConnector(
  config: ClientConfig,
  material: TlsMaterial | undefined,
  resolve: ResolveMap | undefined,
  pending: Set<Pending>,
): buildConnector.connector {
  const expected = config.tlsServerName ?? new URL(config.server).hostname.replace(/^\[|\]$/g, '');
  const connect = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    keepAliveInitialDelay: 15_000,
    ...(config.certificateAuthority === undefined ? {} : { ca: config.certificateAuthority }),
    ...(material === undefined ? {} : { cert: material.cert, key: material.key }),
    ...(config.insecureSkipTlsVerify ? { rejectUnauthorized: false } : {}),
    // Node would compare with the address that is connected to, which an override changes.
    checkServerIdentity: (_host: string, cert: Parameters<typeof checkServerIdentity>[1]) =>
      checkServerIdentity(expected, cert),
  });
  return (options, callback) => {
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80));
    const target = resolveEndpoint(resolve, options.hostname, port);
    const servername = config.tlsServerName ?? options.servername;
    const forward = (httpSocket?: Socket) => {
      // It returns the socket, which its type does not tell.
      const socket = connect(
        {
          ...options,
          hostname: target.address,
          port: String(target.port),
          ...(servername ? { servername } : {}),
          ...(httpSocket ? { httpSocket } : {}),
        },
        (...result) => {
          pending.delete(socket);
          callback(...result);
        },
      ) as unknown as Socket;
      pending.add(socket);
    };
    if (config.proxyUrl === undefined) {
      forward();
      return;
    }
    const tunnel = openTunnel(config.proxyUrl, target.address, target.port, (error, socket) => {
      pending.delete(tunnel);
      if (!socket) callback(error ?? new Error('no tunnel'), null);
      else if (options.protocol === 'https:') forward(socket);
      else callback(null, socket);
    });
    pending.add(tunnel);
  };
}

/** A socket that an HTTP proxy connects onward (CONNECT, RFC 9110 section 9.3.6); the callback is called once. */
function openTunnel(
  proxyUrl: string,
  address: string,
  port: number,
  callback: (error: Error | undefined, socket?: Socket) => void,
): Pending {
  const proxy = new URL(proxyUrl);
  const authority = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  const headers: Record<string, string> = { host: authority };
  if (proxy.username !== '') {
    const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    headers['proxy-authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  const place = `${proxy.protocol}//${proxy.host}`;
  const refuse = (status: number | undefined) =>
    callback(new TransportError('unreachable', `the proxy ${place} refused ${authority}: status ${status}`));
  const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: authority,
    headers,
    agent: false,
    timeout: CONNECT_TIMEOUT_MS,
  });
  // Node reports every answer to CONNECT here, refusals included.
  request.once('connect', (response, stream, head) => {
    const socket = stream as Socket;
    if (response.statusCode !== 200) {
      socket.destroy();
      refuse(response.statusCode);
      return;
    }
    socket.setTimeout(0);
    if (head.length > 0) socket.unshift(head);
    callback(undefined, socket);
  });
  request.once('timeout', () => request.destroy(new Error('no answer in time')));
  request.once('error', (error) => {
    const message = `cannot reach the proxy ${place}: ${error.message}`;
    callback(new TransportError('unreachable', message, { cause: error }));
  });
  request.end();
  return request;
}
