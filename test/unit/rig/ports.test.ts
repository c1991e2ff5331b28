import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort, freePorts } from '../../rig/process/ports.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Reserves a port as another rig of the machine would. */
async function reserveElsewhere(port: number): Promise<string> {
  const code = `
    const socket = require('node:dgram').createSocket('udp4');
    socket.once('error', ({ code }) => process.send(code));
    socket.bind({ port: ${port}, address: '127.0.0.2', exclusive: true }, () => process.send('reserved'));
  `;
  const child = fork('-e', [code], { execArgv: [] });
  ends.push(() => child.kill());
  const [answer] = (await once(child, 'message')) as [string];
  return answer;
}

describe('freePorts', () => {
  it('gives no port twice', async () => {
    const ports = [...(await freePorts(20)), ...(await freePorts(20))];
    expect(new Set(ports).size).toBe(40);
  });

  it('keeps other processes of the machine from a port that nobody listens on yet', async () => {
    const port = await freePort();
    expect(await reserveElsewhere(port)).toBe('EADDRINUSE');
  });

  it('leaves the port itself to whoever it was found for', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    ends.push(() => server.close());
    await once(server, 'listening');
  });
});
