import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemUser } from '../process/system-user.ts';
import type { KeyAndCertificate } from './certificates.ts';

/** Writes a server's certificate and key where it can read them, and nobody else the key. */
export function writeTlsFiles(
  dir: string,
  pair: KeyAndCertificate,
  owner: SystemUser | undefined,
): KeyAndCertificate {
  const files = { certificate: join(dir, 'tls.crt'), key: join(dir, 'tls.key') };
  for (const name of ['certificate', 'key'] as const) {
    writeFileSync(files[name], pair[name], { mode: 0o600 });
    if (owner) chownSync(files[name], owner.uid, owner.gid);
  }
  return files;
}
