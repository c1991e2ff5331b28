/** What the operator itself needs of a cluster. */
import type { Check } from '../index.ts';
import { problem, unreadable } from './finding.ts';

/** CEL rules of CRDs and server-side apply, as the operator relies on them. */
const oldestMinor = 29;

export const clusterChecks: readonly Check[] = [
  {
    id: 'kubernetes-version',
    section: 'cluster',
    title: 'Kubernetes is new enough',
    run: ({ server }) =>
      server.major === 1 && server.minor < oldestMinor
        ? [
            problem(
              'API server',
              `runs ${server.gitVersion}; 1.${oldestMinor} or newer is needed`,
              'older servers lack the rules that keep a bad registry or template out',
              ['# upgrade the cluster'],
            ),
          ]
        : [],
  },
  {
    id: 'operator-installed',
    section: 'cluster',
    title: 'the kinds of the operator are there',
    run: ({ registries, templates, tenants }) =>
      [registries, templates, tenants].some(({ kind }) => kind === 'absent')
        ? [
            problem(
              'API server',
              'does not know TenantRegistry, TenantTemplate and Tenant',
              'nothing of the operator works without its CRDs',
              ['kubectl apply --server-side -f deploy/crds'],
            ),
          ]
        : [
            ...unreadable('TenantRegistries', registries),
            ...unreadable('TenantTemplates', templates),
            ...unreadable('Tenants', tenants),
          ],
  },
];
