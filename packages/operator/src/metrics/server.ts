import type { IncomingMessage } from 'node:http';
import type { Logger } from '@tenant-operator/kube';
import { createSmallServer, type SmallServer, type SmallServerOptions } from '../http/index.ts';
import type { Metrics } from './index.ts';

export interface MetricsServerOptions {
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  readonly bind: SmallServerOptions['bind'];
  readonly tls?: SmallServerOptions['tls'];
  /** Says why a request is refused; everybody is let in when left out. */
  readonly admit?: (
    request: IncomingMessage,
  ) => Promise<{ readonly status: 401 | 403 | 503; readonly message: string } | undefined>;
  readonly log: Logger;
}

export type MetricsServer = SmallServer;

/** `/metrics`, for those who may. */
export function createMetricsServer(options: MetricsServerOptions): MetricsServer {
  const { metrics, bind, tls, admit, log } = options;
  return createSmallServer({
    name: 'metrics',
    bind,
    tls,
    log,
    paths: {
      async '/metrics'(request) {
        const refusal = await admit?.(request);
        if (refusal) return refuse(refusal);
        return { status: 200, body: await metrics.text(), contentType: metrics.contentType };
      },
    },
  });
}

function refuse({ status, message }: { readonly status: number; readonly message: string }) {
  const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  return { status, body: `${message}\n`, headers };
}
