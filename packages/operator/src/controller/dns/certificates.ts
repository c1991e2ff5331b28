/**
 * Certificates that wait for DNS: an Ingress goes out without its cert-manager issuer until its hostnames are published, then
 * with it, and never without it again. An ACME order that is placed too early fails, and its retries are limited.
 */
import type { InventoryEntry } from '@tenant-operator/api';
import type { KubeObject } from '@tenant-operator/kube';
import { type ChildObservation, ISSUER_ANNOTATIONS } from '../../children/index.ts';

export interface CertificateHold {
  /** The manifest as it is to be applied now. */
  readonly manifest: KubeObject;
  /** `free` when there is nothing to hold. */
  readonly certificates: 'free' | 'held' | 'released';
}

export interface CertificateSituation {
  /** `dns.holdCertificates`, where verification is on and the item can be changed later. */
  readonly isWanted: boolean;
  readonly entry: InventoryEntry | undefined;
  readonly observation: ChildObservation | undefined;
  readonly isPublished: () => boolean;
}

export function holdCertificates(manifest: KubeObject, situation: CertificateSituation): CertificateHold {
  const { entry, observation } = situation;
  const { annotations = {} } = manifest.metadata;
  const hasIssuer =
    manifest.kind === 'Ingress' && ISSUER_ANNOTATIONS.some((name) => annotations[name] !== undefined);
  if (!hasIssuer) return { manifest, certificates: 'free' };
  // Once released is released, also where a crash kept it out of the inventory or the setting came later.
  const isReleased = entry?.certificatesReleased === true || observation?.dns?.hasIssuer === true;
  if (isReleased) return { manifest, certificates: 'released' };
  if (!situation.isWanted) return { manifest, certificates: 'free' };
  if (situation.isPublished()) return { manifest, certificates: 'released' };
  const rest = Object.entries(annotations).filter(
    ([name]) => !ISSUER_ANNOTATIONS.some((issuer) => issuer === name),
  );
  const metadata = { ...manifest.metadata, annotations: Object.fromEntries(rest) };
  return { manifest: { ...manifest, metadata }, certificates: 'held' };
}
