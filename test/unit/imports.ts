/** Reads the imports of the packages' sources, and where they lead. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const PACKAGES = join(import.meta.dirname, '..', '..', 'packages');

export interface Import {
  /** `operator/src/plan/item.ts` */
  readonly file: string;
  /** Where the file is: `operator/plan`, `operator` for a file at a package's root. */
  readonly place: string;
  /** Where it leads: a place, `node:fs`, or the name of an npm package. */
  readonly target: string;
  /** `import type`, which is gone at run time. */
  readonly isType: boolean;
  /** What is imported at run time by name; empty for types and for a whole module. */
  readonly names: readonly string[];
}

export interface SourceFile {
  readonly file: string;
  readonly place: string;
  readonly text: string;
}

/** The source files of a package, apart from tests and what only tests use. */
export function readSources(name: string): SourceFile[] {
  const root = join(PACKAGES, name, 'src');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.split('/').includes('testing'),
    )
    .sort()
    .map((path) => {
      const file = `${name}/src/${path}`;
      return { file, place: placeOf(file), text: readFileSync(join(root, path), 'utf8') };
    });
}

export function readImports(name: string): Import[] {
  return readSources(name).flatMap(({ file, text }) => importsOf(file, text));
}

const START = /^(?:import\b(?!\.)|export(?: type)? (?:\{|\*))/;
const END = /(?:from |^import |\bimport\()'([^']+)'|^\}?;$/;

/** Imports, re-exports and imports at run time in the text of one file, which is formatted as `make lint` wants it. */
export function importsOf(file: string, text: string): Import[] {
  const found: Import[] = [];
  let statement = '';
  for (const line of text.split('\n')) {
    if (statement === '' && !START.test(line)) {
      const [, specifier] = /^(?! *(?:\*|\/[/*])).*\bimport\('([^']+)'\)/.exec(line) ?? [];
      if (specifier !== undefined) found.push(importOf(file, specifier, false, []));
      continue;
    }
    statement += line;
    if (!END.test(line)) continue;
    const [, specifier] = END.exec(line) ?? [];
    if (specifier !== undefined) {
      const isType = /^(?:import|export) type\b/.test(statement);
      found.push(importOf(file, specifier, isType, isType ? [] : namesOf(statement)));
    }
    statement = '';
  }
  return found;
}

function namesOf(statement: string): string[] {
  const [, list = ''] = /\{(.*)\}/.exec(statement) ?? [];
  const names = list.split(',').map((name) => name.trim());
  return names
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => name.replace(/ as .*/, ''));
}

function importOf(file: string, specifier: string, isType: boolean, names: string[]): Import {
  const target = specifier.startsWith('.') ? placeOf(join(dirname(file), specifier)) : packageOf(specifier);
  return { file, place: placeOf(file), target, isType, names };
}

/** `operator/src/dns/verdict/words.ts` -> `operator/dns/verdict`. */
export function placeOf(file: string): string {
  return dirname(relative('.', file)).replace(/\/src(?=\/|$)/, '');
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
