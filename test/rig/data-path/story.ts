/** The guide's SaaS example from a row to HTTPS 200 and back, with the time of each step. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INGRESS_ADDRESS } from '../parts/stages.ts';
import { waitFor } from '../process/wait-for.ts';
import { createKubectl, type Denial, dig, digDenial, type Kubectl, type Sql } from '../support/index.ts';
import { type Answer, createCurl } from './curl.ts';
import type { DataPath } from './index.ts';

/** One step of the story: seconds since its beginning, and what was seen. */
export interface Step {
  readonly name: string;
  readonly seconds: number;
  readonly seen: string;
}

const GUIDE = join(import.meta.dirname, '..', '..', '..', 'examples', 'guide');
/** cert-manager 1.11 waits a minute by itself before it has a DNS-01 answer looked at. */
const LIMIT = 180_000;

/** A registry for a table of the example's shape, with the guide's credentials. */
export const saasRegistry = (name: string, table: string) => ({
  apiVersion: 'operator.kubernetes-tenants.org/v1',
  kind: 'TenantRegistry',
  metadata: { name, namespace: 'default' },
  spec: {
    source: {
      type: 'mysql',
      syncInterval: '1s',
      mysql: {
        host: 'mysql.default.svc.cluster.local',
        database: 'tenants',
        table,
        usernameRef: { name: 'mysql-credentials', key: 'username' },
        passwordRef: { name: 'mysql-credentials', key: 'password' },
      },
    },
    valueMappings: { uid: 'id', hostOrUrl: 'domain', activate: 'active' },
  },
});

/** The table and the registry of the SaaS example, and its template as the guide has it. */
export async function installSaasExample(kubectl: Kubectl, sql: Sql): Promise<void> {
  await sql.script(
    'CREATE TABLE customers (id VARCHAR(63) PRIMARY KEY, domain VARCHAR(255), active BOOLEAN)',
  );
  await kubectl.apply(JSON.stringify(saasRegistry('saas-registry', ACME.table)));
  await kubectl.apply(readFileSync(join(GUIDE, 'saas-platform.yaml'), 'utf8'));
}

/** Whose story it is. */
export interface Hero {
  uid: string;
  host: string;
  table: string;
  template: string;
  /**
   * What becomes of the Secret of its certificate: cert-manager's own flag decides that, or the template where it has the
   * Secret as an item.
   */
  secret: 'kept' | 'gone';
  /** The operator asks hosts over HTTPS, and trusts Pebble. */
  isProbed: boolean;
}

/** Of the guide's example, with cert-manager as it is by default. */
const ACME: Hero = {
  uid: 'acme',
  host: 'acme.example.com',
  table: 'customers',
  template: 'saas-platform',
  secret: 'kept',
  isProbed: false,
};

/**
 * Switches a row on, waits for each part of its way, and switches it off again; `say` gets each step as it is reached. Throws
 * when a step is not reached, or what it finds is not what the guide promises.
 */
export async function tellStory(
  { rig, pebble }: DataPath,
  sql: Sql,
  say: (step: Step) => void,
  hero: Partial<Hero> = {},
): Promise<Step[]> {
  const { uid, host, table, template, secret: policy, isProbed } = { ...ACME, ...hero };
  const kubectl = await createKubectl(rig.kubeconfig);
  const curl = await createCurl(rig.workspace, await pebble.root());
  const steps: Step[] = [];
  let began = performance.now();
  const reached = (name: string, seen: string): void => {
    const step = { name, seconds: (performance.now() - began) / 1_000, seen };
    steps.push(step);
    say(step);
  };
  try {
    const secret = `/api/v1/namespaces/default/secrets/${uid}-tls`;
    const certificate = `/apis/cert-manager.io/v1/namespaces/default/certificates/${uid}-tls`;

    began = performance.now();
    await sql.execute(`INSERT INTO ${table} VALUES (?, ?, TRUE) ON DUPLICATE KEY UPDATE active = TRUE`, [
      uid,
      host,
    ]);
    reached('the row is switched on', `${uid}, ${host}`);
    await Promise.all([
      until('its Tenant', async () => (await conditionOf(uid, 'Ready'))?.status === 'True').then(() =>
        reached('the Tenant is ready', `Tenant ${uid}-${template}`),
      ),
      until('its record', async () => (await dig(rig.dns, host))[0]).then((address) =>
        reached('the name resolves', `${host} -> ${address}`),
      ),
      until('its certificate', async () => hasCertificate(await rig.api.get(secret))).then(() =>
        reached('the certificate is issued', `Secret ${uid}-tls`),
      ),
      until('HTTPS 200', async () => {
        const answer = await curl(`https://${host}/`);
        if (answer.status !== 200) throw new Error(`${answer.status} ${answer.problem}`);
        return answer;
      }).then(async (answer) => reached('HTTPS answers 200', await checkAnswer(answer))),
    ]);
    const redirect = await curl(`http://${host}/`);
    check(
      [301, 302, 307, 308].includes(redirect.status) && redirect.location === `https://${host}/`,
      `plain HTTP is redirected, not ${redirect.status} to "${redirect.location}"`,
    );
    reached('plain HTTP is redirected', `${redirect.status} -> ${redirect.location}`);
    const wanted = {
      DNSReady: 'Published',
      CertificateReady: 'CertificatesIssued',
      ...(isProbed ? { HTTPSReady: 'Answering' } : {}),
    };
    await until('the Tenant to say so', async () => {
      const found = await Promise.all(Object.keys(wanted).map((type) => conditionOf(uid, type)));
      return Object.values(wanted).every((reason, at) => found[at]?.reason === reason);
    });
    const said = Object.entries(wanted).map(([type, reason]) => `${type} ${reason}`);
    reached('the Tenant says so', said.join(', '));

    began = performance.now();
    await sql.execute(`UPDATE ${table} SET active = FALSE WHERE id = ?`, [uid]);
    reached('the row is switched off', uid);
    await Promise.all([
      until('the Tenant to go', async () => (await tenantOf(uid)) === undefined).then(() =>
        reached('the Tenant is gone', ''),
      ),
      // The zone's own server denies the name: an answer without records, or none at all, would not say so.
      until('the record to go', async () => isDenied(await digDenial(rig.dns, host))).then(() =>
        reached('the record is gone', `NXDOMAIN for ${host}, with the SOA of its zone`),
      ),
      // Asked at the address that it had, as one whose resolver still remembers it. A certificate that nobody trusts is no
      // proof that there is nothing behind it: any is taken here, and it is the answer that counts.
      until('HTTPS to end', async () => isGone(await askAgain('https'))).then(async () =>
        reached('HTTPS answers no more', describe(await askAgain('https'))),
      ),
      until('HTTP to end', async () => isGone(await askAgain('http'))).then(async () =>
        reached('HTTP answers no more', describe(await askAgain('http'))),
      ),
      until('its Certificate to go', async () => (await rig.api.get(certificate)) === undefined).then(() =>
        reached('the Certificate is gone', 'with the Ingress that asked for it'),
      ),
    ]);
    reached('the Secret', policy === 'gone' ? await seeSecretGo(secret) : await seeSecretStay(secret));
    return steps;
  } finally {
    kubectl.close();
  }

  async function tenantOf(name: string) {
    type Conditions = { type: string; status: string; reason: string }[];
    return rig.api.get<{ status?: { conditions?: Conditions } }>(
      `/apis/operator.kubernetes-tenants.org/v1/namespaces/default/tenants/${name}-${template}`,
    );
  }

  async function conditionOf(name: string, type: string) {
    return (await tenantOf(name))?.status?.conditions?.find((condition) => condition.type === type);
  }

  async function seeSecretGo(path: string): Promise<string> {
    await until('its Secret to go', async () => (await rig.api.get(path)) === undefined);
    return 'gone';
  }

  /** It is there, and nobody's: the garbage collector has no reason to take it later. */
  async function seeSecretStay(path: string): Promise<string> {
    const found = await rig.api.get<{ metadata: { ownerReferences?: unknown[] } }>(path);
    check(found !== undefined, `the Secret ${uid}-tls is to be kept, and is gone`);
    check(found?.metadata.ownerReferences === undefined, `the Secret ${uid}-tls is kept, but has an owner`);
    return 'kept, without an owner';
  }

  function askAgain(protocol: 'http' | 'https'): Promise<Answer> {
    return curl(`${protocol}://${host}/`, { address: INGRESS_ADDRESS, anyCertificate: true });
  }

  /** From that tenant's own pod, and from nobody else's. */
  async function checkAnswer(answer: Answer): Promise<string> {
    const { pod, host: asked } = JSON.parse(answer.body) as { pod: string; host: string };
    const { items } = await kubectl.json<{ items: { status: { podIP?: string } }[] }>(
      'get',
      'pods',
      '-l',
      `app=${uid}`,
    );
    const pods = items.map(({ status }) => status.podIP);
    check(pods.includes(pod), `${pod} answered, which is no pod of ${uid} (${pods.join(', ')})`);
    check(asked === host, `the application was asked for ${asked}`);
    check(answer.address === INGRESS_ADDRESS, `${answer.address} was asked, not ${INGRESS_ADDRESS}`);
    return `from pod ${pod}, trusting Pebble's root alone`;
  }
}

/** The steps as a table of text. */
export function storyTable(steps: readonly Step[]): string {
  const width = Math.max(...steps.map(({ name }) => name.length));
  return steps
    .map(({ name, seconds, seen }) => `  ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s  ${seen}`)
    .join('\n');
}

/** An item of the template makes it empty; cert-manager fills it. */
function hasCertificate(secret: { data?: Record<string, string> } | undefined): boolean {
  return (secret?.data?.['tls.crt'] ?? '') !== '';
}

function isDenied({ code, isAuthoritative, answers, zone }: Denial): boolean {
  return code === 'NXDOMAIN' && isAuthoritative && answers === 0 && zone === 'example.com';
}

/** Nobody knows the host any more: not an answer of another kind, and not a connection that failed on the way. */
function isGone({ status, problem }: Answer): boolean {
  return status === 404 || (status === 0 && /refused/i.test(problem));
}

function describe({ status, problem }: Answer): string {
  return status === 0 ? (problem.split('\n')[0] ?? '') : `${status}`;
}

function until<T>(what: string, condition: () => Promise<T>) {
  return waitFor(condition, { what, timeoutMs: LIMIT });
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the story fails: ${what}`);
}
