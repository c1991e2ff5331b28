import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { createNetworkLookup } from '@tenant-operator/operator/dns';
import { describeDnsLookup, MINIMUM, WORLD, ZONE } from '../conformance/dns-lookup.ts';
import { freePort } from '../rig/process/ports.ts';
import { createWorkspace } from '../rig/process/workspace.ts';
import { startBind } from './dns.bind.ts';

/** TXT data in the strings of at most 255 characters that a zone file can hold. */
function quote(text: string): string {
  return (text.match(/.{1,255}/g) ?? ['']).map((part) => `"${part}"`).join(' ');
}

function zoneFile(): string {
  const lines = WORLD.map(([name, type, data]) => {
    const value = type === 'TXT' ? quote(data) : type === 'A' || type === 'AAAA' ? data : `${data}.`;
    return `${name}. 300 IN ${type} ${value}`;
  });
  return [
    `${ZONE}. 3600 IN SOA ns1.${ZONE}. hostmaster.${ZONE}. 1 3600 600 86400 ${MINIMUM}`,
    ...lines,
    'ns.sub.conf.test. 300 IN A 192.0.2.99',
    '',
  ].join('\n');
}

describeDnsLookup('the one over the network, with BIND at the other end,', async () => {
  const workspace = createWorkspace();
  const { server } = await startBind(workspace, {
    name: 'primary',
    zone: ZONE,
    zoneFile: zoneFile(),
    brokenZone: 'broken.test',
  });
  const silent = createSocket('udp4');
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
  const at = (port: number) => ({ name: `port ${port}`, address: '127.0.0.1', port });
  return {
    lookup: createNetworkLookup({ timeoutMs: 400, attempts: 2 }),
    server,
    failing: server,
    silent: at((silent.address() as AddressInfo).port),
    absent: at(await freePort()),
    close: async () => {
      silent.close();
      await workspace.close();
    },
  };
});
