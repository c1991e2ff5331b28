/**
 * Records the field numbers of the protobuf messages in which Go clients send built-in kinds.
 *
 *   npx tsx packages/sandbox/scripts/record-protobuf.ts --modules "$(go env GOMODCACHE)/k8s.io" --version v0.34.4
 *
 * Read are the `generated.proto` files of k8s.io/api and k8s.io/apimachinery; kept are message names, field
 * numbers, names and types.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

const { values } = parseArgs({ options: { modules: { type: 'string' }, version: { type: 'string' } } });
if (!values.modules || !values.version) throw new Error('--modules DIR and --version V are needed');

/** `[number, name, type, 'r' for repeated | 'm' for a map | '']` */
type Field = [number, string, string, string];
const messages: Record<string, Field[]> = {};

function* protos(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* protos(path);
    else if (name === 'generated.proto') yield path;
  }
}

function parse(text: string): void {
  const scope = /^package (\S+);/m.exec(text)?.[1] ?? '';
  const qualify = (type: string): string =>
    type.startsWith('.') ? type.slice(1) : /^[a-z0-9]+$/.test(type) ? type : `${scope}.${type}`;
  for (const [, name, body] of text.matchAll(/^message (\w+) \{\n([\s\S]*?)^\}/gm)) {
    const fields: Field[] = [];
    for (const line of (body ?? '').split('\n')) {
      const map = /^\s*map<string, ([\w.]+)> (\w+) = (\d+)/.exec(line);
      const plain = /^\s*(optional|repeated) ([\w.]+) (\w+) = (\d+)/.exec(line);
      if (map) fields.push([Number(map[3]), map[2] as string, qualify(map[1] as string), 'm']);
      else if (plain)
        fields.push([
          Number(plain[4]),
          plain[3] as string,
          qualify(plain[2] as string),
          plain[1] === 'repeated' ? 'r' : '',
        ]);
    }
    messages[`${scope}.${name}`] = fields;
  }
}

for (const module of ['api', 'apimachinery'])
  for (const path of protos(join(values.modules, `${module}@${values.version}`)))
    parse(readFileSync(path, 'utf8'));
const sorted = Object.fromEntries(Object.entries(messages).sort(([a], [b]) => (a < b ? -1 : 1)));
const stable = Object.fromEntries(
  Object.entries(sorted).filter(([name]) => !/\.v\d+(alpha|beta)\d+\./.test(name)),
);
writeFileSync(
  new URL('../data/generated/protobuf.json.gz', import.meta.url),
  gzipSync(JSON.stringify(stable), { level: 9 }),
);
console.log(`${Object.keys(stable).length} messages`);
