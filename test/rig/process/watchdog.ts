import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Cleans up after an owner that cannot: a small shell that reads our orders from a pipe. When the pipe closes,
 * for whatever reason (SIGKILL included), it kills the process groups it was told about and removes the folders
 * it was told about. Every part leads a process group of its own, so the groups are exactly what we started.
 */
const SCRIPT = `
groups=''
folders=''
trap '' INT TERM HUP
while read -r order value; do
  case "$order" in
    +group) groups="$groups $value" ;;
    -group) groups=$(for g in $groups; do [ "$g" = "$value" ] || printf ' %s' "$g"; done) ;;
    +folder) folders="$folders
$value" ;;
    -folder) folders=$(printf '%s\\n' "$folders" | grep -vxF -- "$value") ;;
  esac
done
for g in $groups; do kill -KILL -"$g" 2>/dev/null; done
[ -z "$groups" ] || sleep 0.3
printf '%s\\n' "$folders" | while read -r f; do [ -z "$f" ] || rm -rf -- "$f"; done
`;

let watchdog: ChildProcess | undefined;

function order(line: string): void {
  if (watchdog === undefined || watchdog.exitCode !== null) {
    watchdog = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    watchdog.stdin?.on('error', () => {});
    // Neither the child nor its pipe keeps the owner alive: ending is what it waits for.
    watchdog.unref();
    (watchdog.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  }
  watchdog.stdin?.write(`${line}\n`);
}

/** Puts a process group under watch until `releaseGroup`. */
export function guardGroup(pid: number): void {
  order(`+group ${pid}`);
}

/** Call as soon as the group's leader has ended, before its id can be used again. */
export function releaseGroup(pid: number): void {
  order(`-group ${pid}`);
}

/** Has a folder removed should the owner die. */
export function guardFolder(path: string): void {
  order(`+folder ${path}`);
}

export function releaseFolder(path: string): void {
  order(`-folder ${path}`);
}
