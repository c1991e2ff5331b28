import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProxyAgent, request } from 'undici';
import { pythonEnvironment } from '../binaries/python.ts';
import { freePort } from '../process/ports.ts';
import type { Workspace } from '../process/workspace.ts';

/** AWS as moto plays it: a proxy that answers for its hosts, so that programs call the names they call in production. */
export interface Moto {
  /** Environment of a program that is to find it: proxy, certificate authority, and credentials that it does not check. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes a public hosted zone; gives its id. */
  createZone(name: string): Promise<string>;
  /** All record sets of a zone, as Route 53 lists them. */
  recordSets(zoneId: string): Promise<RecordSet[]>;
}

/** One `ResourceRecordSet`; names without their final dot. */
export interface RecordSet {
  name: string;
  type: string;
  ttl?: number;
  /** Sorted. TXT values in their quotes. */
  values: string[];
  alias?: { name: string; zoneId: string };
  setIdentifier?: string;
  weight?: number;
}

const api = 'https://route53.amazonaws.com/2013-04-01';
const xmlns = 'https://route53.amazonaws.com/doc/2013-04-01/';

/** Starts moto's proxy; ready when Route 53 answers. */
export async function startMoto(workspace: Workspace): Promise<Moto> {
  const folder = await pythonEnvironment('moto');
  const [python = ''] = readdirSync(join(folder, 'lib'));
  const ca = join(folder, 'lib', python, 'site-packages', 'moto', 'moto_proxy', 'ca.crt');
  const port = await freePort();
  const proxy = `http://127.0.0.1:${port}`;
  const agent = new ProxyAgent({ uri: proxy, requestTls: { ca: readFileSync(ca, 'utf8') } });
  workspace.onClose(() => agent.close());

  const call = async (method: 'GET' | 'POST', path: string, body?: string): Promise<string> => {
    const answer = await request(`${api}${path}`, {
      method,
      dispatcher: agent,
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/xml' } }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 400) throw new Error(`Route 53 answered ${answer.statusCode}: ${text}`);
    return text;
  };

  await workspace.start({
    name: 'moto',
    command: join(folder, 'bin', 'moto_proxy'),
    args: ['-H', '127.0.0.1', '-p', String(port)],
    // Its certificates are made beside it, for every host that is asked for.
    env: { PYTHONUNBUFFERED: '1' },
    isReady: async () => (await call('GET', '/hostedzone')).includes('ListHostedZonesResponse'),
  });

  return {
    env: {
      HTTPS_PROXY: proxy,
      NO_PROXY: '127.0.0.1,localhost',
      // The roots of a Go program. AWS_CA_BUNDLE is refused by v0.14.0, whose transport of its own the AWS library cannot change.
      SSL_CERT_FILE: ca,
      AWS_ACCESS_KEY_ID: 'moto',
      AWS_SECRET_ACCESS_KEY: 'moto',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_REGION: 'us-east-1',
    },
    async createZone(name) {
      const text = await call(
        'POST',
        '/hostedzone',
        `<CreateHostedZoneRequest xmlns="${xmlns}"><Name>${name}</Name><CallerReference>${name}-${port}</CallerReference></CreateHostedZoneRequest>`,
      );
      const id = valuesIn(text, 'Id').find((value) => value.startsWith('/hostedzone/'));
      if (id === undefined) throw new Error(`no zone was made: ${text}`);
      return id.slice('/hostedzone/'.length);
    },
    async recordSets(zoneId) {
      const text = await call('GET', `/hostedzone/${zoneId}/rrset?maxitems=300`);
      if (valuesIn(text, 'IsTruncated')[0] === 'true') throw new Error('the zone has more than one page');
      return valuesIn(text, 'ResourceRecordSet').map(toRecordSet);
    },
  };
}

function toRecordSet(xml: string): RecordSet {
  const [aliasXml] = valuesIn(xml, 'AliasTarget');
  const rest = xml.replace(/<AliasTarget>[\s\S]*<\/AliasTarget>/, '');
  const one = (name: string) => valuesIn(rest, name)[0];
  const ttl = one('TTL');
  const setIdentifier = one('SetIdentifier');
  const weight = one('Weight');
  return {
    name: plain(one('Name') ?? ''),
    type: one('Type') ?? '',
    values: valuesIn(rest, 'Value').map(unescapeXml).sort(),
    ...(ttl === undefined ? {} : { ttl: Number(ttl) }),
    ...(setIdentifier === undefined ? {} : { setIdentifier }),
    ...(weight === undefined ? {} : { weight: Number(weight) }),
    ...(aliasXml === undefined
      ? {}
      : {
          alias: {
            name: plain(valuesIn(aliasXml, 'DNSName')[0] ?? ''),
            zoneId: valuesIn(aliasXml, 'HostedZoneId')[0] ?? '',
          },
        }),
  };
}

/** What stands between the tags of a name; nothing in these answers nests a tag in one of its own name. */
function valuesIn(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(
    ([, value = '']) => value,
  );
}

function plain(name: string): string {
  return unescapeXml(name).replace(/\.$/, '').replaceAll(String.raw`\052`, '*');
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
