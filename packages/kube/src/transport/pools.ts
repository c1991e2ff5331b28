/** The connection pools of one server: one for requests, one whose connections each carry a watch. */
import { Pool } from 'undici';
import type { ClientConfig } from '../config/index.ts';
import { createConnector, type Pending, type TlsMaterial } from './connect.ts';
import { TransportError } from './errors.ts';
import type { ResolveMap } from './resolve.ts';

export type PoolKind = 'requests' | 'streams';

export interface Pools {
  /** The pool for new requests; made anew when the client certificate has changed. */
  take(kind: PoolKind, material: TlsMaterial | undefined): Pool;
  /** Nothing new goes through this pool; what is under way ends on its connections. */
  retire(kind: PoolKind, pool: Pool): void;
  /** Ends every connection, retired ones too. */
  close(): Promise<void>;
}

export interface PoolsOptions {
  config: ClientConfig;
  resolve?: ResolveMap | undefined;
  maxConnections: number;
}

// The API server closes idle connections after 90 s; leaving first avoids writing into a closing one.
const KEEP_ALIVE_MS = 45_000;

/** Creates the pools of a server; a connection is made when a request needs it. */
export function createPools(options: PoolsOptions): Pools {
  const origin = new URL(options.config.server).origin;
  const current = new Map<PoolKind, Pool>();
  const live = new Set<Pool>();
  const pending = new Set<Pending>();
  let presented: TlsMaterial | undefined;

  const open = (kind: PoolKind): Pool => {
    const pool = new Pool(origin, {
      connect: createConnector(options.config, presented, options.resolve, pending),
      connections: kind === 'requests' ? options.maxConnections : null,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      // Deadlines are kept by the injected clock; undici's own would be a second opinion.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    live.add(pool);
    return pool;
  };

  const retire = (kind: PoolKind, pool: Pool): void => {
    if (current.get(kind) !== pool) return;
    current.delete(kind);
    const forget = () => live.delete(pool);
    pool.close().then(forget, forget);
  };

  return {
    take(kind, material) {
      if (!samePems(presented, material)) {
        for (const [each, pool] of [...current]) retire(each, pool);
        presented = material;
      }
      const pool = current.get(kind) ?? open(kind);
      current.set(kind, pool);
      return pool;
    },
    retire,
    async close() {
      const gone = new TransportError('closed', 'the client is closed');
      current.clear();
      for (const each of [...pending]) each.destroy(gone);
      await Promise.all([...live].map((pool) => pool.destroy(gone)));
      live.clear();
    },
  };
}

function samePems(a: TlsMaterial | undefined, b: TlsMaterial | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.cert === b.cert && a.key === b.key);
}
