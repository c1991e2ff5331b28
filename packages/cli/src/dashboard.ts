/** The web page, for the commands that serve it. */
import { createDashboard, type Dashboard, type DashboardOptions } from '@tenant-operator/dashboard';
import type { BindAddress } from './bind-address.ts';
import { CommandFailure } from './failure.ts';
import { version } from './version.ts';

export interface ServedDashboard extends Pick<Dashboard, 'stop'> {
  readonly url: string;
}

/** Throws CommandFailure when the address cannot be had. */
export async function startDashboard(
  bind: BindAddress,
  options: Omit<DashboardOptions, 'bind' | 'version'>,
): Promise<ServedDashboard> {
  const dashboard = createDashboard({ ...options, bind, version });
  try {
    const port = await dashboard.start();
    const host = bind.host.includes(':') ? `[${bind.host}]` : bind.host;
    const url = `http://${host}:${port}/`;
    options.log.info({ url }, 'the web page is served');
    return { url, stop: () => dashboard.stop() };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`the web page cannot be served: ${cause}; choose another address`);
  }
}
