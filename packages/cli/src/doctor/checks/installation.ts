/** Whether there is an ExternalDNS, and whether it can do its work. */
import {
  changesUpTo,
  demandsPolicy,
  formatRelease,
  GUIDE_RELEASE,
  isSupported,
  readsEndpointSlices,
} from '../../external-dns/index.ts';
import { addFlag, removeFlag, setFlag } from '../commands.ts';
import { itemsOf } from '../facts.ts';
import type { Check, Finding } from '../index.ts';
import { tenantObjects } from '../sources.ts';
import { listed } from '../words.ts';
import {
  advice,
  deploymentOf,
  eachInstallation,
  problem,
  runningOf,
  unknown,
  unreadable,
} from './finding.ts';

const section = 'not-created';

export const installationChecks: readonly Check[] = [
  {
    id: 'external-dns-installed',
    section,
    title: 'an ExternalDNS is there',
    run(facts) {
      const { installations } = facts;
      if (installations.kind !== 'read') return unreadable('Deployments', installations);
      if (installations.value.length > 0) return [];
      const described = itemsOf(facts.templates).filter(({ spec }) => spec.dns?.externalDNS !== undefined);
      const install =
        'tenant-operator external-dns --provider aws --owner-id CLUSTER --domain-filter DOMAIN | kubectl apply -f -';
      const answered = facts.records.looks.filter(({ verdict }) => verdict.seen.length > 0);
      if (described.length + answered.length > 0)
        return [
          unknown(
            'ExternalDNS',
            `no Deployment of it was found, though ${described.length > 0 ? `${listed(described.map(({ metadata }) => `TenantTemplate ${metadata.name}`))} describes one` : `${listed(answered.map(({ verdict }) => verdict.name))} has a record`}`,
            'one that runs elsewhere cannot be looked at from here: its flags and its logs are not checked',
            ['# run doctor with the kubeconfig of the cluster where it runs'],
          ),
        ];
      return [
        problem(
          'ExternalDNS',
          'no Deployment of it was found in any namespace',
          'nobody publishes the hostnames of tenants',
          [install],
        ),
      ];
    },
  },
  {
    id: 'external-dns-running',
    section,
    title: 'ExternalDNS runs',
    run: (facts) =>
      eachInstallation(facts, (installation) => {
        const { replicas, available, namespace, name } = installation;
        const subject = deploymentOf(installation);
        const failures = runningOf(facts, installation)?.failures;
        const why = 'while it does not run, records are neither made nor removed';
        if (replicas === 0)
          return [
            problem(subject, 'is scaled to 0', why, [
              `kubectl scale deployment ${name} -n ${namespace} --replicas=1`,
            ]),
          ];
        const findings: Finding[] = [];
        if (available === 0) {
          const seen =
            failures?.kind === 'read' && failures.value.length > 0 ? `: ${listed(failures.value, 2)}` : '';
          findings.push(
            problem(subject, `has no running pod${seen}`, why, [
              `kubectl describe pods -n ${namespace} -l ${selectorOf(installation.selector)}`,
              `kubectl logs -n ${namespace} deployment/${name} --previous --tail=100`,
            ]),
          );
        }
        if (replicas > 1)
          findings.push(
            problem(
              subject,
              `has ${replicas} replicas, and ExternalDNS elects no leader`,
              'all of them work on the same zones at once and undo what the others do',
              [`kubectl scale deployment ${name} -n ${namespace} --replicas=1`],
            ),
          );
        return findings;
      }),
  },
  {
    id: 'external-dns-log',
    section,
    title: 'ExternalDNS logs no errors',
    run: (facts) =>
      eachInstallation(facts, (installation) => {
        const errors = runningOf(facts, installation)?.errors;
        const { namespace, name, available } = installation;
        const look = `kubectl logs -n ${namespace} deployment/${name} --tail=100`;
        if (!errors || available === 0) return [];
        if (errors.kind !== 'read')
          return [
            unknown(
              deploymentOf(installation),
              `its log could not be read${errors.kind === 'unread' ? `: ${errors.detail}` : ''}`,
              'what the DNS provider refuses stands there',
              [look],
            ),
          ];
        const last = errors.value.at(-1);
        return last === undefined
          ? []
          : [
              problem(
                deploymentOf(installation),
                `${errors.value.length} of the last 100 lines of its log tell of errors, at last: ${last}`,
                'what the DNS provider refuses is not published',
                [look],
              ),
            ];
      }),
  },
  {
    id: 'external-dns-policy-given',
    section,
    title: 'ExternalDNS has the policy that its release demands',
    run: (facts) =>
      eachInstallation(facts, (installation) => {
        const { release, givenPolicy } = installation;
        if (!release || givenPolicy !== undefined || !demandsPolicy(release)) return [];
        return [
          problem(
            deploymentOf(installation),
            `is ${formatRelease(release)} and has no --policy`,
            'since v0.22.0 ExternalDNS does not start without one',
            [setFlag(installation, 'policy', 'sync')],
          ),
        ];
      }),
  },
  {
    id: 'external-dns-release',
    section,
    title: 'the release of ExternalDNS is known',
    run: (facts) =>
      eachInstallation(facts, (installation) => {
        const { release, image } = installation;
        const subject = deploymentOf(installation);
        if (!release)
          return [
            unknown(
              subject,
              `its image ${image} does not tell the release`,
              'which annotation prefix it reads and which rights it needs depends on the release',
              [setFlag(installation, 'annotation-prefix', 'external-dns.alpha.kubernetes.io/')],
            ),
          ];
        if (!isSupported(release))
          return [
            advice(
              subject,
              `is ${formatRelease(release)}; ${GUIDE_RELEASE} is the oldest that is known here`,
              'it may derive other records from the same objects than are expected',
              [
                `kubectl set image deployment/${installation.name} -n ${installation.namespace} '*=registry.k8s.io/external-dns/external-dns:${GUIDE_RELEASE}'`,
              ],
            ),
          ];
        return [];
      }),
  },
  {
    id: 'external-dns-works-for-real',
    section,
    title: 'ExternalDNS goes on, and changes records',
    run: (facts) =>
      eachInstallation(facts, (installation) => [
        ...(installation.isDryRun
          ? [
              problem(
                deploymentOf(installation),
                'runs with --dry-run',
                'it logs what it would change, and changes nothing',
                [removeFlag(installation, 'dry-run')],
              ),
            ]
          : []),
        ...(installation.isOnce
          ? [
              problem(
                deploymentOf(installation),
                'runs with --once',
                'it ends after one synchronisation, and its Deployment starts it again and again',
                [removeFlag(installation, 'once')],
              ),
            ]
          : []),
      ]),
  },
  {
    id: 'external-dns-sources',
    section,
    title: 'ExternalDNS looks at Ingresses and Services',
    run: (facts) =>
      eachInstallation(facts, (installation) => {
        const wanted = new Set(tenantObjects(facts).map(({ kind }) => kind.toLowerCase()));
        // Ingresses have hostnames by themselves, Services only where an annotation gives them one.
        const missing = [...wanted].filter(
          (kind) => !installation.sources.includes(kind) && hasHostnames(facts, kind),
        );
        if (missing.length === 0) return [];
        return [
          problem(
            deploymentOf(installation),
            `does not have ${missing.map((kind) => `--source=${kind}`).join(' and ')}`,
            `hostnames of ${missing.map((kind) => (kind === 'ingress' ? 'Ingresses' : 'Services')).join(' and ')} are not published`,
            [addFlag(installation, 'source', missing)],
          ),
        ];
      }),
  },
  {
    id: 'external-dns-rights',
    section,
    title: 'ExternalDNS may read what it needs',
    run: (facts) =>
      eachInstallation(facts, (installation) => {
        const { namespace, serviceAccount, release } = installation;
        const running = runningOf(facts, installation);
        const subject = `ServiceAccount ${namespace}/${serviceAccount}`;
        const mend = [
          `tenant-operator external-dns --provider ${providerOf(installation.provider)} --release ${release ? formatRelease(release) : GUIDE_RELEASE} --owner-id ${installation.ownerId} --namespace ${namespace} --name ${installation.name} -o yaml`,
          '# apply its ServiceAccount, ClusterRole and ClusterRoleBinding',
        ];
        if (running?.account.kind === 'read' && running.account.value === undefined)
          return [
            problem(
              subject,
              'does not exist',
              `the pods of ${deploymentOf(installation)} are not even made; the guide's Cloudflare manifest brings no account and no rights`,
              mend,
            ),
          ];
        const rights = running?.missingRights;
        if (rights?.kind === 'unread')
          return [
            unknown(
              subject,
              `its rights could not be asked for: ${rights.detail}`,
              'without them it sees no Ingress',
              [
                `kubectl auth can-i list ingresses --all-namespaces --as=system:serviceaccount:${namespace}:${serviceAccount}`,
              ],
            ),
          ];
        if (rights?.kind !== 'read' || rights.value.length === 0) return [];
        const slices =
          release &&
          readsEndpointSlices(release) &&
          rights.value.some((right) => right.includes('endpointslices'))
            ? ` (${changesUpTo(release)[0]?.what})`
            : '';
        return [
          problem(
            subject,
            `may not ${listed(rights.value, 4)}${slices}`,
            'ExternalDNS waits for its caches and ends, so that nothing is published',
            mend,
          ),
        ];
      }),
  },
  {
    id: 'external-dns-credentials',
    section,
    title: 'ExternalDNS has credentials for its DNS provider',
    run: (facts) =>
      eachInstallation(facts, (installation) => {
        const running = runningOf(facts, installation);
        const { namespace, name, serviceAccount, provider, variables } = installation;
        const missing = running?.missingSecrets;
        const findings: Finding[] = [];
        if (missing?.kind === 'unread')
          findings.push(
            unknown(
              deploymentOf(installation),
              `its Secrets could not be looked at: ${missing.detail}`,
              'they hold its credentials',
            ),
          );
        if (missing?.kind === 'read' && missing.value.length > 0)
          findings.push(
            problem(
              deploymentOf(installation),
              `names ${listed(missing.value)}, which is absent or still the placeholder of the guide`,
              'the DNS provider refuses it',
              installation.secrets.map(
                ({ secret, key }) =>
                  `kubectl create secret generic ${secret} -n ${namespace} --from-file=${key}=/dev/stdin --dry-run=client -o yaml | kubectl apply -f -`,
              ),
            ),
          );
        const account = running?.account;
        const annotation = IDENTITIES[provider ?? ''];
        const own = CREDENTIALS[provider ?? ''] ?? [];
        if (
          annotation !== undefined &&
          account?.kind === 'read' &&
          account.value &&
          account.value[annotation] === undefined &&
          !own.some((variable) => variables.has(variable))
        )
          findings.push(
            advice(
              `ServiceAccount ${namespace}/${serviceAccount}`,
              `has no annotation ${annotation}, and the container no credentials of its own`,
              'ExternalDNS then works with the rights of the node, or with none: whether those reach the zones is seen in its log alone',
              [
                `kubectl annotate serviceaccount ${serviceAccount} -n ${namespace} ${annotation}=${provider === 'aws' ? 'arn:aws:iam::ACCOUNT_ID:role/external-dns' : 'GSA@PROJECT.iam.gserviceaccount.com'}`,
                `kubectl rollout restart deployment ${name} -n ${namespace}`,
              ],
            ),
          );
        if (
          provider === 'cloudflare' &&
          !['CF_API_TOKEN', 'CF_API_KEY'].some((variable) => variables.has(variable))
        )
          findings.push(
            problem(
              deploymentOf(installation),
              'has neither CF_API_TOKEN nor CF_API_KEY',
              'Cloudflare refuses it',
              [
                `kubectl create secret generic cloudflare-api-token -n ${namespace} --from-file=CF_API_TOKEN=/dev/stdin`,
                `kubectl set env deployment/${name} -n ${namespace} --from=secret/cloudflare-api-token`,
              ],
            ),
          );
        return findings;
      }),
  },
];

const IDENTITIES: Readonly<Record<string, string>> = {
  aws: 'eks.amazonaws.com/role-arn',
  google: 'iam.gke.io/gcp-service-account',
};

/** Variables with which a container brings its own. */
const CREDENTIALS: Readonly<Record<string, readonly string[]>> = {
  aws: [
    'AWS_ACCESS_KEY_ID',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  ],
  google: ['GOOGLE_APPLICATION_CREDENTIALS'],
};

function providerOf(provider: string | undefined): string {
  return provider === 'cloudflare' || provider === 'google' ? provider : 'aws';
}

function selectorOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

function hasHostnames(facts: Parameters<typeof tenantObjects>[0], kind: string): boolean {
  return tenantObjects(facts).some(
    (object) =>
      object.kind.toLowerCase() === kind &&
      (kind === 'ingress' ||
        Object.keys(object.metadata.annotations ?? {}).some((name) =>
          /external-dns.*\/(internal-)?hostname$/.test(name),
        )),
  );
}
