/** Kubeconfig files: reading and merging; nothing is checked that the chosen context does not use. */
import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { ConfigError } from './errors.ts';
import { Fields } from './fields.ts';

/** A named entry with the folder that its relative paths start from. */
export interface Entry {
  fields: Fields;
  folder: string;
}

export interface Kubeconfig {
  /** The file, or the files, for messages. */
  place: string;
  currentContext: string | undefined;
  contexts: Map<string, Entry>;
  clusters: Map<string, Entry>;
  users: Map<string, Entry>;
}

const MAX_BYTES = 8 * 1024 * 1024;

/** Reads one file. Throws ConfigError when it cannot be read or is not a kubeconfig. */
export function readKubeconfig(path: string): Kubeconfig {
  let text: string;
  try {
    text = readBounded(path);
  } catch (error) {
    const { code } = error as { code?: unknown };
    const known =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : undefined;
    const why = known ?? (error instanceof Error ? error.message : String(error));
    throw new ConfigError(`kubeconfig ${path}: ${why}`, { cause: error });
  }
  return parseKubeconfig(text, path);
}

/** At most a little more than may be: a pipe or a device has no size to ask for, and may have no end. */
function readBounded(path: string): string {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let size = 0; size <= MAX_BYTES; ) {
      const chunk = Buffer.alloc(64 * 1024);
      const read = readSync(file, chunk);
      if (read === 0) break;
      chunks.push(chunk.subarray(0, read));
      size += read;
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    closeSync(file);
  }
}

/** Parses the text of a kubeconfig; `path` names it and anchors relative paths. */
export function parseKubeconfig(text: string, path: string): Kubeconfig {
  const place = `kubeconfig ${path}`;
  if (text.length > MAX_BYTES) throw new ConfigError(`${place}: larger than ${MAX_BYTES} bytes`);
  const document = parseDocument(text);
  const problem = document.errors[0];
  if (problem) throw new ConfigError(`${place}: ${sentenceOf(problem)}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new ConfigError(`${place}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const root = new Fields(value, place);
  const kind = root.string('kind');
  if (kind !== undefined && kind !== 'Config')
    throw new ConfigError(`${place}: kind is ${kind}, expected Config`);
  const folder = dirname(resolve(path));
  const named = (list: string, inner: string): Map<string, Entry> => {
    const entries = new Map<string, Entry>();
    for (const item of root.list(list)) {
      const name = item.required('name');
      if (!entries.has(name)) entries.set(name, { fields: item.fields(inner), folder });
    }
    return entries;
  };
  return {
    place,
    currentContext: root.string('current-context'),
    contexts: named('contexts', 'context'),
    clusters: named('clusters', 'cluster'),
    users: named('users', 'user'),
  };
}

/** The parser says some things to programmers. */
function sentenceOf({ code, message }: { readonly code: string; readonly message: string }): string {
  if (code === 'MULTIPLE_DOCS') return 'it holds several documents, and a kubeconfig is one';
  const [line = ''] = message.split('\n', 1);
  return line.replace(/:$/, '').replace(/^Maximum call stack size exceeded/, 'nested too deeply');
}

/** Merges as kubectl does: for each name, and for the current context, the first file that has it wins. */
export function mergeKubeconfigs(configs: Kubeconfig[]): Kubeconfig {
  const join = (pick: (config: Kubeconfig) => Map<string, Entry>) =>
    new Map(configs.toReversed().flatMap((config) => [...pick(config)]));
  return {
    place:
      configs.length === 1 ? (configs[0]?.place ?? '') : configs.map((config) => config.place).join(' + '),
    currentContext: configs.find((config) => config.currentContext !== undefined)?.currentContext,
    contexts: join((config) => config.contexts),
    clusters: join((config) => config.clusters),
    users: join((config) => config.users),
  };
}
