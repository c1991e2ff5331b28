import { writeFileSync } from 'node:fs';
import type { KeyAndCertificate } from './certificates.ts';

export interface KubeconfigSpec {
  server: string;
  certificateAuthority: string;
  /** A client certificate, or a bearer token. */
  user: KeyAndCertificate | { token: string };
  namespace?: string;
}

/** Writes a kubeconfig with one context, everything inline, readable by the owner alone. JSON is YAML. */
export function writeKubeconfig(file: string, spec: KubeconfigSpec): void {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const user =
    'token' in spec.user
      ? { token: spec.user.token }
      : {
          'client-certificate-data': base64(spec.user.certificate),
          'client-key-data': base64(spec.user.key),
        };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'rig',
    clusters: [
      {
        name: 'rig',
        cluster: { server: spec.server, 'certificate-authority-data': base64(spec.certificateAuthority) },
      },
    ],
    users: [{ name: 'rig', user }],
    contexts: [
      { name: 'rig', context: { cluster: 'rig', user: 'rig', namespace: spec.namespace ?? 'default' } },
    ],
  };
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}
