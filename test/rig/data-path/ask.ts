import { Agent, request } from 'undici';

/** The status of `https://host/` at an address, over a connection of its own, as a new customer's; `root` is what is trusted. */
export async function askHttps(host: string, address: string, root: string): Promise<number> {
  const agent = new Agent({ connect: { ca: root, servername: host, timeout: 5_000 } });
  try {
    const answer = await request(`https://${address}/`, { dispatcher: agent, headers: { host } });
    await answer.body.dump();
    return answer.statusCode;
  } finally {
    await agent.destroy();
  }
}
