/**
 * The functions of sprig v3.3 for text templates, by their Go signatures, and those of Tenant Operator over them.
 *
 * Left out on purpose: `env`, `expandenv` (they would show a process's secrets to a template) and `getHostByName`
 * (a render does no I/O). The functions that issue certificates exist and fail, saying so.
 */
import type { FuncSpec, FuncTable } from '../funcs/table.ts';
import { crypto } from './crypto.ts';
import { date } from './date.ts';
import { defaults } from './defaults.ts';
import { dicts } from './dicts.ts';
import { encoding } from './encoding.ts';
import { hashes } from './hashes.ts';
import { json } from './json.ts';
import { lists } from './lists.ts';
import { numeric } from './numeric.ts';
import { operator } from './operator.ts';
import { paths } from './paths.ts';
import { random } from './random.ts';
import { reflection } from './reflect.ts';
import { regex } from './regex.ts';
import { semver } from './semver.ts';
import { splitting } from './split.ts';
import { strings } from './strings.ts';
import { url } from './url.ts';

export { databaseConversions } from './operator.ts';

const topics: readonly Readonly<Record<string, FuncSpec>>[] = [
  strings,
  splitting,
  defaults,
  numeric,
  lists,
  dicts,
  reflection,
  json,
  encoding,
  hashes,
  crypto,
  random,
  date,
  regex,
  semver,
  url,
  paths,
  operator,
];

/** sprig's functions and the operator's own. */
export const sprigFunctions: FuncTable = new Map(topics.flatMap((topic) => Object.entries(topic)));
