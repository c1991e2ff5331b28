import { binaryPath } from '../binaries/index.ts';
import { freePort } from '../process/ports.ts';
import type { Workspace } from '../process/workspace.ts';
import type { ControlPlane } from './control-plane.ts';
import { installGatewayKinds } from './crds.ts';
import { GATEWAY_ADDRESS, INGRESS_ADDRESS } from './stages.ts';

export interface TraefikOptions {
  /** Gateways of the class `traefik` as well, at an address of their own. Default false. */
  gateway?: boolean;
  args?: readonly string[];
}

/**
 * Traefik in the place of ingress-nginx, with the provider that understands its annotations: it serves Ingresses of the class
 * `nginx` and gives them the address 192.0.2.10. Needs the network namespace; ready when it answers there.
 */
export async function startTraefik(
  workspace: Workspace,
  plane: ControlPlane,
  { gateway = false, args = [] }: TraefikOptions = {},
): Promise<void> {
  if (gateway) await installGatewayClass(plane);
  await plane.api.ensure('/apis/networking.k8s.io/v1/ingressclasses', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  });
  const own = `127.0.0.1:${await freePort()}`;
  await workspace.start({
    name: 'traefik',
    command: await binaryPath('traefik'),
    args: [
      // At both addresses, which lead to this machine in the namespace.
      '--entrypoints.web.address=:80',
      '--entrypoints.websecure.address=:443',
      '--entrypoints.websecure.http.tls=true',
      `--entrypoints.traefik.address=${own}`,
      '--ping=true',
      '--providers.kubernetesingressnginx=true',
      `--providers.kubernetesingressnginx.publishstatusaddress=${INGRESS_ADDRESS}`,
      ...(gateway
        ? [
            '--providers.kubernetesgateway=true',
            `--providers.kubernetesgateway.statusaddress.ip=${GATEWAY_ADDRESS}`,
          ]
        : []),
      '--global.checknewversion=false',
      '--global.sendanonymoususage=false',
      '--log.level=INFO',
      ...args,
    ],
    env: { KUBECONFIG: await plane.kubeconfigForUser('traefik', ['system:masters']) },
    isReady: async () => (await fetch(`http://${own}/ping`)).ok,
  });
}

async function installGatewayClass(plane: ControlPlane): Promise<void> {
  await installGatewayKinds(plane);
  await plane.api.ensure('/apis/gateway.networking.k8s.io/v1/gatewayclasses', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'traefik' },
    spec: { controllerName: 'traefik.io/gateway-controller' },
  });
}
