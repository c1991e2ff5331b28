/** How the DNS records of a template's tenants are looked after: its `spec.dns`, and the operator's flags for what that leaves out. */
import type { DnsSettings } from '@tenant-operator/api';
import {
  ALPHA_PREFIX,
  createSettings,
  type ExternalDnsSettings,
  type SourceObject,
  STABLE_PREFIX,
} from '../../dns/index.ts';

type KnownExternalDns = NonNullable<DnsSettings['externalDNS']>;

/** How hosts are asked over HTTPS. */
export interface ProbeRules {
  readonly enabled: boolean;
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
}

/** Every field decided. */
export interface DnsRules {
  readonly verification: 'Disabled' | 'Report' | 'Gate';
  /** How long a removal may take before `onTimeout` decides. */
  readonly timeoutSeconds: number;
  readonly onTimeout: 'Release' | 'Hold';
  /** The servers to ask, as text; empty for those that the zones name. */
  readonly nameservers: readonly string[];
  readonly holdCertificates: boolean;
  readonly probe: ProbeRules;
  /** What is known of ExternalDNS. */
  readonly externalDNS: Readonly<KnownExternalDns>;
}

/** The `--dns-*` flags. */
export interface DnsDefaults extends DnsRules {
  /** Whether probes may connect to addresses of private networks: who writes templates does not decide that. */
  readonly probePrivateAddresses: boolean;
}

export const DNS_DEFAULTS: DnsDefaults = {
  verification: 'Report',
  timeoutSeconds: 600,
  onTimeout: 'Release',
  nameservers: [],
  holdCertificates: false,
  probe: { enabled: false, path: '/', intervalSeconds: 300, timeoutSeconds: 5 },
  probePrivateAddresses: false,
  externalDNS: {},
};

export function rulesOf(spec: DnsSettings | undefined, defaults: DnsDefaults): DnsRules {
  const { externalDNS: own = {}, probe = {}, ...rest } = spec ?? {};
  const { probePrivateAddresses: _, ...flags } = defaults;
  // ExternalDNS takes a prefix or a suffix: one given here replaces either of the flags.
  const hasAffix = own.txtPrefix !== undefined || own.txtSuffix !== undefined;
  const { txtPrefix: __, txtSuffix: ___, ...withoutAffixes } = defaults.externalDNS;
  const known = hasAffix ? withoutAffixes : defaults.externalDNS;
  return { ...flags, ...rest, probe: { ...defaults.probe, ...probe }, externalDNS: { ...known, ...own } };
}

/**
 * The settings by which the records of some objects are expected. While the annotation prefix is not known it is the one that
 * the objects are written with, because then nobody can say that it is wrong.
 */
export function settingsFor(
  { externalDNS }: DnsRules,
  objects: readonly SourceObject[] = [],
): ExternalDnsSettings {
  const uses = (prefix: string) =>
    objects.some(({ metadata }) =>
      Object.keys(metadata.annotations ?? {}).some((key) => key.startsWith(prefix)),
    );
  const written = !uses(ALPHA_PREFIX) && uses(STABLE_PREFIX) ? STABLE_PREFIX : undefined;
  return createSettings({ ...(written === undefined ? {} : { annotationPrefix: written }), ...externalDNS });
}
