/** The ValidatingWebhookConfiguration: which hosts API servers call us by, and which authorities they trust. */
import type { KubeClient, KubeObject, ResourceType } from '@tenant-operator/kube';
import { splitBundle } from './read.ts';

export const configurationType: ResourceType = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  namespaced: false,
};

interface ClientConfig {
  readonly url?: string;
  readonly service?: { readonly name: string; readonly namespace: string };
  /** Base64 of PEM text. */
  readonly caBundle?: string;
}

interface Webhook {
  readonly name: string;
  readonly clientConfig: ClientConfig;
}

export function readConfiguration(client: KubeClient, name: string): Promise<KubeObject | undefined> {
  return client.get(configurationType, { name });
}

/** Host names and addresses by which the configuration calls its webhooks. */
export function hostsOf(configuration: KubeObject | undefined): string[] {
  const hosts = webhooksOf(configuration).map(({ clientConfig: { url, service } }) => {
    if (service) return `${service.name}.${service.namespace}.svc`;
    return url !== undefined && URL.canParse(url) ? new URL(url).hostname.replaceAll(/^\[|\]$/g, '') : '';
  });
  return [...new Set(hosts.filter((host) => host !== ''))];
}

/** Whether every webhook of the configuration has this authority in its bundle; true when there is no configuration. */
export function isTrustedBy(configuration: KubeObject | undefined, authority: string): boolean {
  const [wanted = ''] = splitBundle(authority);
  return webhooksOf(configuration).every(({ clientConfig }) =>
    splitBundle(decode(clientConfig.caBundle)).has(wanted),
  );
}

/** Writes the bundle into every webhook whose bundle is another one. */
export async function publishBundle(
  client: KubeClient,
  configuration: KubeObject,
  bundle: string,
): Promise<boolean> {
  const stale = webhooksWithout(configuration, bundle);
  if (stale.length === 0) return false;
  const caBundle = Buffer.from(bundle).toString('base64');
  // A strategic merge finds each webhook by its name, and leaves alone what others write beside the bundle.
  const body = { webhooks: stale.map(({ name }) => ({ name, clientConfig: { caBundle } })) };
  const ref = { name: configuration.metadata.name };
  await client.patch(configurationType, ref, body, {
    contentType: 'strategic',
    fieldManager: 'tenant-operator',
  });
  return true;
}

/** Whether there is nothing to publish. */
export function hasBundle(configuration: KubeObject, bundle: string): boolean {
  return webhooksWithout(configuration, bundle).length === 0;
}

function webhooksWithout(configuration: KubeObject, bundle: string): readonly Webhook[] {
  return webhooksOf(configuration).filter(({ clientConfig }) => decode(clientConfig.caBundle) !== bundle);
}

function webhooksOf(configuration: KubeObject | undefined): readonly Webhook[] {
  return (configuration?.webhooks ?? []) as readonly Webhook[];
}

function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString();
}
