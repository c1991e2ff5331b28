/**
 * Gives package-lock.json the optional packages that npm left out: those for other platforms, which a registry mirror
 * does not always carry. Without them `npm ci` refuses the lock ("Missing: ... from lock file"). Run it after `npm install`
 * when the unit test of this file asks for it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lock {
  packages: Record<string, LockedPackage>;
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
/** Processors, as npm and the names of packages call them. */
const PROCESSORS = ['x64', 'ia32', 'arm64', 'arm', 'ppc64', 'riscv64', 's390x'];

/**
 * The entries that the lock lacks, by path. They have no integrity, for nobody has seen the packages; a package without a
 * platform in its name, or without an exact version, is nothing that may be added unseen and throws.
 */
export function missingEntries({ packages }: Lock): Record<string, object> {
  const missing: Record<string, object> = {};
  for (const [path, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const hoisted = `node_modules/${name}`;
      if (hoisted in packages || `${path}/${hoisted}` in packages) continue;
      if (!/^\d+\.\d+\.\d+$/.test(version))
        throw new Error(`${path} wants ${name}@${version}: no exact version`);
      missing[hoisted] = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true };
    }
  }
  return missing;
}

/** `@oxlint/binding-linux-arm64-musl` is for arm64 processors, musl and linux. */
function platformOf(name: string): { cpu: string[]; libc?: string[]; os: string[] } {
  const parts = name.slice(name.indexOf('/') + 1).split('-');
  const os = parts.find((part) => SYSTEMS.includes(part));
  const cpu = parts.find((part) => PROCESSORS.includes(part));
  if (os === undefined || cpu === undefined) throw new Error(`${name} names no platform`);
  const libc = parts.some((part) => part.startsWith('musl'))
    ? ['musl']
    : parts.some((part) => part.startsWith('gnu'))
      ? ['glibc']
      : undefined;
  return { cpu: [cpu], ...(libc === undefined ? {} : { libc }), os: [os] };
}

if (import.meta.filename === process.argv[1]) {
  const file = join(import.meta.dirname, '..', 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
  const missing = missingEntries(lock);
  const [[root, first] = ['', {}], ...rest] = Object.entries({ ...lock.packages, ...missing });
  rest.sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries([[root, first], ...rest]);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  for (const path of Object.keys(missing)) console.log(`added ${path}`);
}
