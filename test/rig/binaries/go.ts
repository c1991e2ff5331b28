import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { RigError } from '../errors.ts';

export interface Go {
  path: string;
  /** As in `go1.26.8`. */
  version: string;
}

/** Since 1.21 Go fetches the newer toolchain that a `go.mod` asks for; older ones cannot build the pinned modules. */
const OLDEST = { major: 1, minor: 21 };
const MEND =
  'install Go 1.25 or newer from https://go.dev/dl (unpacked to /usr/local/go it is found), or point KUBEBUILDER_ASSETS at ready binaries';

/** Finds Go on PATH or where its own archive is unpacked. */
export function findGo(env: NodeJS.ProcessEnv = process.env): Go {
  const folders = [...(env.PATH ?? '').split(delimiter), '/usr/local/go/bin'].filter(Boolean);
  const found = folders.map((folder) => join(folder, 'go')).filter((file) => existsSync(file));
  if (found.length === 0)
    throw new RigError('GO_MISSING', `Go is missing and the parts of the rig have to be built: ${MEND}`);
  let tooOld: Go | undefined;
  for (const path of found) {
    const version = execFileSync(path, ['env', 'GOVERSION'], { encoding: 'utf8', cwd: '/', env }).trim();
    if (isRecent(version)) return { path, version };
    tooOld ??= { path, version };
  }
  throw new RigError(
    'GO_TOO_OLD',
    `${tooOld!.path} is ${tooOld!.version || 'older than Go 1.13'}, 1.21 or newer is needed: ${MEND}`,
  );
}

/** Whether a `go env GOVERSION` answer can build the modules. Development versions say so and are believed. */
export function isRecent(version: string): boolean {
  if (version.startsWith('devel')) return true;
  const match = /^go(\d+)\.(\d+)/.exec(version);
  if (!match) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}

/** The environment for a build: reproducible, without C, and with this Go first on PATH. */
export function goEnvironment(go: Go, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return {
    ...env,
    PATH: [dirname(go.path), env.PATH].filter(Boolean).join(delimiter),
    CGO_ENABLED: '0',
    GOFLAGS: '-mod=readonly -buildvcs=false',
    GOWORK: 'off',
  };
}
