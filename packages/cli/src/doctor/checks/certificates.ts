/** cert-manager and Let's Encrypt, as far as the templates of tenants lead to them. */
import type { TenantTemplate } from '@tenant-operator/api';
import { countOf } from '../../output/index.ts';
import { editTemplate, pointer } from '../commands.ts';
import { type Facts, type Issuer, itemsOf, type SourceObject } from '../facts.ts';
import type { Check, Finding } from '../index.ts';
import { nameOf, tenantObjects } from '../sources.ts';
import { groupBy, listed } from '../words.ts';
import { advice, problem, unreadable } from './finding.ts';

const section = 'certificates';
const clusterIssuerAnnotation = 'cert-manager.io/cluster-issuer';
const issuerAnnotation = 'cert-manager.io/issuer';
const challengeAnnotation = 'cert-manager.io/acme-challenge-type';

/** Let's Encrypt: new certificates of one registered domain in 7 days. Renewals that are told by ARI do not count. */
const certificatesPerWeek = 50;

interface Wish {
  readonly object: SourceObject;
  /** The hosts of one certificate, sorted. */
  readonly hosts: readonly string[];
  readonly issuer: Issuer | undefined;
  readonly issuerName: string;
}

export const certificateChecks: readonly Check[] = [
  {
    id: 'issuer',
    section,
    title: 'the issuers exist',
    run(facts) {
      const { issuers } = facts;
      const wishes = wishesOf(facts);
      if (wishes.length === 0) return [];
      if (issuers.kind === 'absent')
        return [
          problem(
            `${countOf(wishes.length, 'Ingress', 'Ingresses')} of tenants`,
            'ask cert-manager for certificates, and cert-manager is not installed',
            'their Secrets stay empty, and visitors get the certificate of the ingress controller',
            ['# install cert-manager: https://cert-manager.io/docs/installation/'],
          ),
        ];
      if (issuers.kind === 'unread') return unreadable('ClusterIssuers', issuers);
      const missing = wishes.filter(({ issuer }) => issuer === undefined);
      return groupBy(missing, ({ issuerName }) => issuerName).map(([name, wanting]) =>
        problem(
          `${countOf(wanting.length, 'Ingress', 'Ingresses')} of tenants`,
          `name ${name}, which does not exist: ${listed(wanting.map(({ object }) => nameOf(object)))}`,
          'no certificate is ordered',
          ['kubectl get clusterissuers; kubectl get issuers --all-namespaces'],
        ),
      );
    },
  },
  {
    id: 'acme-challenge-type',
    section,
    title: 'annotations are read by somebody',
    run: (facts) =>
      itemsOf(facts.templates).flatMap((template): Finding[] => {
        const operations = annotatedItems(template).flatMap(({ path, annotations }) =>
          challengeAnnotation in annotations
            ? [{ op: 'remove', path: `${path}/${pointer(challengeAnnotation)}` }]
            : [],
        );
        if (operations.length === 0) return [];
        return [
          advice(
            `TenantTemplate ${template.metadata.namespace ?? 'default'}/${template.metadata.name}`,
            `sets ${challengeAnnotation}, which cert-manager reads nowhere`,
            'the challenge is chosen by the solvers of the issuer: whoever sets this believes in something that is not so',
            [
              editTemplate(template, operations),
              '# spec.acme.solvers of the (Cluster)Issuer decides: http01 or dns01',
            ],
          ),
        ];
      }),
  },
  {
    id: 'certificate-limit',
    section,
    title: "the tenants keep within Let's Encrypt's limits",
    run(facts) {
      const ordered = wishesOf(facts).filter(isLetsEncrypt);
      const certificates = groupBy(
        ordered.flatMap((wish) => wish.hosts.map((host) => ({ host, wish }))),
        ({ host }) => registeredDomain(host),
      );
      return certificates.flatMap(([domain, entries]): Finding[] => {
        const sets = new Set(entries.map(({ wish }) => wish.hosts.join()));
        const desired = desiredOf(facts);
        if (sets.size <= certificatesPerWeek / 2) return [];
        const parents = groupBy([...new Set(entries.map(({ host }) => host))], parentOf).filter(
          ([, hosts]) => hosts.length > 1,
        );
        const wildcards = parents.map(([parent]) => `*.${parent}`);
        const weeks = Math.ceil(sets.size / certificatesPerWeek);
        const isOver = sets.size > certificatesPerWeek;
        const dns01 = entries.some(({ wish }) => wish.issuer?.hasDns01);
        return [
          (isOver ? problem : advice)(
            `registered domain ${domain}`,
            `${sets.size} certificates of ${desired} tenants come from Let's Encrypt, which gives a registered domain ${certificatesPerWeek} new ones a week`,
            isOver
              ? `all of them at once (a new cluster, a lost namespace) take ${weeks} weeks; until then tenants are without a certificate`
              : 'the limit is half reached: a new cluster or a lost namespace orders all of them again',
            [
              wildcards.length > 0
                ? `# one certificate for ${listed(wildcards)} in place of ${entries.length}: a Certificate with dnsNames ${JSON.stringify(wildcards.slice(0, 3))}, and tls.secretName of the template names its Secret`
                : '# ask for a higher limit, or use an issuer of your own',
              ...(wildcards.length > 0 && !dns01
                ? ['# wildcards need a DNS-01 solver: spec.acme.solvers[].dns01 of the issuer']
                : []),
              '# higher limit: https://letsencrypt.org/docs/rate-limits/',
            ],
          ),
        ];
      });
    },
  },
];

/** The certificates that Ingresses of tenants ask for: one for each entry of `tls`. */
function wishesOf(facts: Facts): Wish[] {
  const issuers = itemsOf(facts.issuers);
  return tenantObjects(facts).flatMap((object) => {
    const { annotations = {}, namespace } = object.metadata;
    const cluster = annotations[clusterIssuerAnnotation];
    const name = cluster ?? annotations[issuerAnnotation];
    if (object.kind !== 'Ingress' || name === undefined) return [];
    const kind = cluster === undefined ? 'Issuer' : 'ClusterIssuer';
    const issuer = issuers.find(
      (one) =>
        one.kind === kind && one.name === name && (kind === 'ClusterIssuer' || one.namespace === namespace),
    );
    const { tls = [] } = (object.spec ?? {}) as { tls?: readonly { hosts?: readonly string[] }[] };
    return tls.flatMap(({ hosts = [] }) =>
      hosts.length > 0 ? [{ object, hosts: [...hosts].sort(), issuer, issuerName: `${kind} ${name}` }] : [],
    );
  });
}

/** By its server; by its name where the issuer cannot be seen. Its staging server has no such limit. */
function isLetsEncrypt({ issuer, issuerName }: Wish): boolean {
  if (issuer) return /^https:\/\/acme-v02\.api\.letsencrypt\.org/.test(issuer.server ?? '');
  return /letsencrypt/.test(issuerName) && !/staging/.test(issuerName);
}

function desiredOf(facts: Facts): number {
  return itemsOf(facts.registries).reduce((sum, { status }) => sum + (status?.desired ?? 0), 0);
}

function parentOf(host: string): string {
  return host.slice(host.indexOf('.') + 1);
}

/** Second levels under which domains are registered, where they are common; the public suffix list has them all. */
const SECOND_LEVELS = new Set(['ac', 'co', 'com', 'edu', 'gob', 'gov', 'gouv', 'ne', 'net', 'or', 'org']);

/** `example.com`, `example.co.uk`: what Let's Encrypt counts by. Near enough: a wrong guess makes the count too high, not too low. */
export function registeredDomain(host: string): string {
  const labels = host.replace(/\.$/, '').split('.');
  const [second = '', top = ''] = labels.slice(-2);
  const length = top.length === 2 && SECOND_LEVELS.has(second) ? 3 : 2;
  return labels.slice(-length).join('.');
}

/** The annotations that stand inside of a template's Ingresses, with their JSON pointers. */
function annotatedItems({ spec }: TenantTemplate): { path: string; annotations: Record<string, unknown> }[] {
  return (spec.ingresses ?? []).flatMap((item, at) => {
    const { metadata } = item.spec as { metadata?: { annotations?: Record<string, unknown> } };
    const inner = metadata?.annotations;
    const outer = item.annotationsTemplate;
    return [
      ...(inner ? [{ path: `/spec/ingresses/${at}/spec/metadata/annotations`, annotations: inner }] : []),
      ...(outer ? [{ path: `/spec/ingresses/${at}/annotationsTemplate`, annotations: outer }] : []),
    ];
  });
}
