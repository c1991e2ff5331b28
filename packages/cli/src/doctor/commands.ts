/** Commands that mend something. Pure: they are printed, never run. */
import type { Installation } from '../external-dns/index.ts';
import { quoted } from './words.ts';

/** Sets a flag of an ExternalDNS: in the place of the one that is there, else behind the others. */
export function setFlag(installation: Installation, name: string, value: string): string {
  const { args, containerIndex } = installation;
  const flag = value === '' ? `--${name}` : `--${name}=${value}`;
  const base = `/spec/template/spec/containers/${containerIndex}/args`;
  const at = args?.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)) ?? -1;
  if (args === undefined) return patchInstallation(installation, [{ op: 'add', path: base, value: [flag] }]);
  if (at < 0) return patchInstallation(installation, [{ op: 'add', path: `${base}/-`, value: flag }]);
  const old = args[at] ?? '';
  // `--name value` stands on two lines.
  if (!old.includes('=') && value !== '')
    return patchInstallation(installation, [
      { op: 'test', path: `${base}/${at}`, value: old },
      { op: 'replace', path: `${base}/${at + 1}`, value },
    ]);
  return patchInstallation(installation, [
    // Somebody may have changed the list meanwhile.
    { op: 'test', path: `${base}/${at}`, value: old },
    { op: 'replace', path: `${base}/${at}`, value: flag },
  ]);
}

/** One more value of a flag that may be given several times. */
export function addFlag(installation: Installation, name: string, values: readonly string[]): string {
  const { args, containerIndex } = installation;
  const base = `/spec/template/spec/containers/${containerIndex}/args`;
  const flags = values.map((value) => `--${name}=${value}`);
  return patchInstallation(
    installation,
    args === undefined
      ? [{ op: 'add', path: base, value: flags }]
      : flags.map((value) => ({ op: 'add', path: `${base}/-`, value })),
  );
}

/** Takes a switch away. */
export function removeFlag(installation: Installation, name: string): string {
  const { args = [], containerIndex } = installation;
  const at = args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  if (at < 0)
    return `kubectl set env deployment/${installation.name} -n ${installation.namespace} EXTERNAL_DNS_${name.toUpperCase().replaceAll('-', '_')}-`;
  const path = `/spec/template/spec/containers/${containerIndex}/args/${at}`;
  return patchInstallation(installation, [
    { op: 'test', path, value: args[at] },
    { op: 'remove', path },
  ]);
}

function patchInstallation({ namespace, name }: Installation, operations: readonly object[]): string {
  return patch(['deployment', name, '-n', namespace], 'json', operations);
}

export interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}

/** A JSON merge patch of a TenantTemplate. */
export function patchTemplate({ metadata }: Named, body: object): string {
  return patch(['tenanttemplate', metadata.name, '-n', metadata.namespace ?? 'default'], 'merge', body);
}

/** JSON patch operations on a TenantTemplate. */
export function editTemplate({ metadata }: Named, operations: readonly object[]): string {
  return patch(['tenanttemplate', metadata.name, '-n', metadata.namespace ?? 'default'], 'json', operations);
}

function patch(target: readonly string[], type: 'json' | 'merge', body: unknown): string {
  return `kubectl patch ${target.join(' ')} --type=${type} -p ${quoted(JSON.stringify(body))}`;
}

/** A step of a JSON pointer (RFC 6901). */
export function pointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
