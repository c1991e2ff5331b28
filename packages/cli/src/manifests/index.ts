/** Kubernetes objects from YAML or JSON files, with the places where their fields stand. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml';
import { CommandFailure } from '../failure.ts';

export interface ManifestFile {
  /** As it was named; `stdin` for `-`. */
  readonly name: string;
  readonly text: string;
}

export interface Manifest {
  readonly object: Readonly<Record<string, unknown>>;
  /** `file:line:column` of a field such as `spec.configMaps[0].id`, or of the nearest that is there. */
  placeOf(path: string): string;
}

/** What cannot be read, with its place. */
export interface ReadProblem {
  readonly place: string;
  readonly message: string;
}

/** Files, folders (their .yaml, .yml and .json files) and `-`. Throws CommandFailure for what is not there. */
export function readFiles(names: readonly string[]): ManifestFile[] {
  return names.flatMap((name) => {
    if (name === '-') return [{ name: 'stdin', text: readFileSync(0, 'utf8') }];
    if (!existsSync(name)) throw new CommandFailure(`${name} does not exist`);
    if (!statSync(name).isDirectory()) return [{ name, text: readFileSync(name, 'utf8') }];
    const found = readdirSync(name).filter((file) => /\.(ya?ml|json)$/.test(file));
    if (found.length === 0) throw new CommandFailure(`${name} has no .yaml, .yml or .json file`);
    return found
      .sort()
      .map((file) => ({ name: join(name, file), text: readFileSync(join(name, file), 'utf8') }));
  });
}

export function parseManifests(files: readonly ManifestFile[]): {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly ReadProblem[];
} {
  const manifests: Manifest[] = [];
  const problems: ReadProblem[] = [];
  for (const { name, text } of files) {
    const lines = new LineCounter();
    const at = (offset: number) => {
      const { line, col } = lines.linePos(offset);
      return `${name}:${line}:${col}`;
    };
    for (const document of parseAllDocuments(text, { lineCounter: lines })) {
      for (const { pos, message } of document.errors)
        problems.push({ place: at(pos[0]), message: message.split('\n')[0] ?? message });
      if (document.errors.length > 0 || document.contents === null) continue;
      const object: unknown = document.toJS();
      if (typeof object !== 'object' || object === null || Array.isArray(object)) {
        problems.push({ place: at(document.range[0]), message: 'this is no Kubernetes object' });
        continue;
      }
      manifests.push({
        object: object as Manifest['object'],
        placeOf: (path) => at(offsetOf(document, stepsOf(path))),
      });
    }
  }
  return { manifests, problems };
}

/** `spec.rules[0].host` as steps. */
function stepsOf(path: string): (string | number)[] {
  return Array.from(path.matchAll(/\[(\d+)\]|([^.[\]]+)/g), ([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  );
}

/** Where the value of a path begins, or of its nearest parent. */
function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
