/** The flags of `run` that decide what comes of a change, for `plan`: given, or those of the operator that runs. */
import {
  ApiError,
  collectList,
  type KubeClient,
  type KubeObject,
  type ResourceType,
} from '@tenant-operator/kube';
import { type Command, CommanderError, Option } from 'commander';
import type { OperatorRules } from '../changes/index.ts';
import { type DnsFlags, dnsOptions } from './dns-flags.ts';
import { runCommand } from './run.ts';
import { readScope, type ScopeFlags, scopeOptions } from './scope-flags.ts';

export interface RulesFlags extends ScopeFlags, Pick<DnsFlags, 'dnsVerification' | 'dnsHoldCertificates'> {
  readonly operatorNamespace: string;
}

const envPrefix = 'TENANT_OPERATOR_';
/** As commander names them; each is one of `run`. */
const names = [
  'allowedKinds',
  'allowedNamespaces',
  'defaultServiceAccount',
  'dnsVerification',
  'dnsHoldCertificates',
] as const;

export function rulesOptions(): Option[] {
  const flag = (flags: string, description: string, env: string) =>
    new Option(flags, description).env(`${envPrefix}${env}`);
  const ofDns = dnsOptions(flag).filter(({ long }) =>
    ['--dns-verification', '--dns-hold-certificates'].includes(long ?? ''),
  );
  const own = flag(
    '--operator-namespace <name>',
    'where the operator runs: flags of it that are not given here are read from its Deployment there',
    'OPERATOR_NAMESPACE',
  ).default('tenant-operator-system');
  return [own, ...scopeOptions(flag), ...ofDns];
}

/** What is given wins over what the operator was started with; `note` gets where that was found, or that it was not. */
export async function readRules(
  client: KubeClient,
  command: Command,
  note: (text: string) => void,
): Promise<OperatorRules> {
  const given = command.opts<RulesFlags>();
  const running = await readRunning(client, given.operatorNamespace, note);
  const isGiven = (name: string) => !['default', undefined].includes(command.getOptionValueSource(name));
  const flags = { ...given, ...running } as Record<string, unknown>;
  for (const name of names) if (isGiven(name)) flags[name] = given[name];
  const { dnsVerification, dnsHoldCertificates, defaultServiceAccount, ...scope } =
    flags as unknown as RulesFlags;
  return {
    scope: readScope(scope, given.operatorNamespace),
    dns: { verification: dnsVerification, holdCertificates: dnsHoldCertificates },
    defaultServiceAccount,
  };
}

const deployments: ResourceType = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};

interface Container {
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

async function readRunning(
  client: KubeClient,
  namespace: string,
  note: (text: string) => void,
): Promise<Partial<RulesFlags>> {
  const labelSelector = 'app.kubernetes.io/name=tenant-operator';
  try {
    const { items } = await collectList(client, deployments, { namespace, labelSelector });
    const [deployment] = items as KubeObject[];
    if (!deployment) return {};
    const { spec } = deployment as { spec?: { template?: { spec?: { containers?: readonly Container[] } } } };
    const place = `Deployment "${namespace}/${deployment.metadata.name}"`;
    const flags = flagsOf(spec?.template?.spec?.containers?.[0] ?? {});
    note(
      flags
        ? `as the operator of ${place} is configured`
        : `the flags of ${place} are of another release and were not read: give them, see plan --help`,
    );
    return flags ?? {};
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    note(
      `the operator's flags cannot be read in namespace "${namespace}": give those that differ from the defaults`,
    );
    return {};
  }
}

/** Pure, but for this process's own TENANT_OPERATOR_* variables, which stand for flags that are given. */
export function flagsOf({ args = [], env = [] }: Container): Partial<RulesFlags> | undefined {
  const command = runCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
    .action(() => undefined);
  const options = new Map(command.options.map((option) => [option.envVar, option]));
  const fromEnv = env.flatMap(({ name, value }) => {
    const option = options.get(name);
    if (!option?.long || value === undefined) return [];
    return option.isBoolean() ? (value === '' ? [] : [option.long]) : [`${option.long}=${value}`];
  });
  try {
    command.parse([...fromEnv, ...args.slice(1)], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return undefined;
    throw error;
  }
  const flags = command.opts<RulesFlags>();
  return Object.fromEntries(names.map((name) => [name, flags[name]]));
}
