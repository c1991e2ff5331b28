/** Kinds that come from the sources of Go modules, as the rig pins them; no text of theirs is kept in this tree. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { moduleSources } from '../binaries/sources.ts';
import { waitFor } from '../process/wait-for.ts';
import type { ControlPlane } from './control-plane.ts';

const certManagerSources = () => moduleSources('cert-manager', 'github.com/cert-manager/cert-manager');
const prometheusSources = () =>
  moduleSources('prometheus-operator', 'github.com/prometheus-operator/prometheus-operator');
const gatewaySources = () => moduleSources('traefik', 'sigs.k8s.io/gateway-api');

/** Has the sources at hand, so that nothing is fetched where nothing can be. */
export async function prepareKinds(): Promise<void> {
  await certManagerSources();
  await gatewaySources();
}

interface Definition {
  kind: string;
  metadata: { name: string; labels?: unknown };
}

/** Issuers, Certificates, Orders and the other kinds of cert-manager. */
export async function installCertManagerKinds(plane: Pick<ControlPlane, 'api'>): Promise<void> {
  await install(plane, join(await certManagerSources(), 'deploy', 'crds'));
}

/** ServiceMonitors, PrometheusRules and the other kinds of the Prometheus operator. */
export async function installPrometheusKinds(plane: Pick<ControlPlane, 'api'>): Promise<void> {
  await install(plane, join(await prometheusSources(), 'example', 'prometheus-operator-crd'));
}

/** Gateways, HTTPRoutes and the other kinds of the standard channel. */
export async function installGatewayKinds(plane: Pick<ControlPlane, 'api'>): Promise<void> {
  await install(plane, join(await gatewaySources(), 'config', 'crd', 'standard'));
}

async function install(plane: Pick<ControlPlane, 'api'>, folder: string): Promise<void> {
  const definitions = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')))
    .map((document) => document.toJS() as Definition | null)
    .filter((object) => object?.kind === 'CustomResourceDefinition');
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  for (const definition of definitions) {
    // The labels are Helm's, with templates in them.
    if (definition) delete definition.metadata.labels;
    await plane.api.ensure(path, definition);
  }
  await waitFor(
    async () => {
      const states = await Promise.all(
        definitions.map((definition) =>
          plane.api.get<{ status?: { conditions?: { type: string; status: string }[] } }>(
            `${path}/${definition?.metadata.name}`,
          ),
        ),
      );
      return states.every((state) =>
        state?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True'),
      );
    },
    // Some are half a megabyte each.
    { what: `the kinds of ${folder} to be served`, timeoutMs: 180_000 },
  );
}
