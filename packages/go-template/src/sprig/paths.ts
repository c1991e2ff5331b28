/** sprig's path functions: Go's path package, and path/filepath as on Unix, which is the same. */
import type { FuncSpec } from '../funcs/table.ts';
import { func } from '../funcs/table.ts';
import { BOOL, STRING } from '../value/type.ts';

const baseFunc = func([STRING], STRING, (_, path) => base(path));
const cleanFunc = func([STRING], STRING, (_, path) => clean(path));
const dirFunc = func([STRING], STRING, (_, path) => clean(path.slice(0, path.lastIndexOf('/') + 1)));
const extFunc = func([STRING], STRING, (_, path) => ext(path));
const isAbsFunc = func([STRING], BOOL, (_, path) => path.startsWith('/'));

export const paths: Readonly<Record<string, FuncSpec>> = {
  base: baseFunc,
  clean: cleanFunc,
  dir: dirFunc,
  ext: extFunc,
  isAbs: isAbsFunc,
  osBase: baseFunc,
  osClean: cleanFunc,
  osDir: dirFunc,
  osExt: extFunc,
  osIsAbs: isAbsFunc,
};

function base(path: string): string {
  if (path === '') return '.';
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

function ext(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? path.slice(dot) : '';
}

/** path.Clean: the shortest path that means the same. */
function clean(path: string): string {
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const element of path.split('/')) {
    if (element === '' || element === '.') continue;
    if (element !== '..') kept.push(element);
    else if (kept.length > 0 && kept[kept.length - 1] !== '..') kept.pop();
    else if (!rooted) kept.push('..');
  }
  const joined = kept.join('/');
  if (rooted) return `/${joined}`;
  return joined === '' ? '.' : joined;
}
