/**
 * Renders a chart as Helm does, as far as ours goes: text/template and sprig with `include`, `toYaml` and `required`. So
 * deploy/install.yaml is the chart itself, made without Helm; test/full holds this equal to the real Helm.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '@tenant-operator/go-template';
import { parse, parseAllDocuments, stringify } from 'yaml';

export interface Release {
  readonly name: string;
  readonly namespace: string;
  /** Who installs it, for `app.kubernetes.io/managed-by`. */
  readonly service: string;
}

export interface RenderedFile {
  /** Below `templates`. */
  readonly name: string;
  readonly text: string;
}

export interface Chart {
  /** Every template that is no partial, with these values over the chart's own. Throws TemplateError. */
  render(release: Release, values?: object): RenderedFile[];
}

/** Reads a chart; its templates are compiled once. */
export function readChart(folder: string): Chart {
  const chart = parse(readFileSync(join(folder, 'Chart.yaml'), 'utf8')) as Record<string, unknown>;
  const defaults = parse(readFileSync(join(folder, 'values.yaml'), 'utf8')) as Record<string, unknown>;
  const templates = join(folder, 'templates');
  const names = readdirSync(templates).sort();
  const partials = names
    .filter((name) => name.startsWith('_'))
    .map((name) => readFileSync(join(templates, name), 'utf8'))
    .join('');
  let root: object = {};
  const funcs = {
    // The dot that it is given is always the root in this chart.
    include: (name: unknown) =>
      compile(`${partials}{{- template ${JSON.stringify(name)} . }}`, { funcs }).execute(root),
    toYaml: (value: unknown) => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd(),
  };
  return {
    render(release, values = {}) {
      root = {
        Release: { Name: release.name, Namespace: release.namespace, Service: release.service },
        Chart: { Name: chart.name, Version: chart.version, AppVersion: chart.appVersion },
        Values: merge(defaults, values),
      };
      return names
        .filter((name) => !name.startsWith('_'))
        .map((name) => {
          const source = readFileSync(join(templates, name), 'utf8');
          return { name, text: compile(partials + source, { funcs, name }).execute(root) };
        });
    },
  };
}

/** The objects of rendered files, in Helm's order of files. */
export function objectsOf(files: readonly RenderedFile[]): Record<string, unknown>[] {
  return files
    .filter(({ name }) => name.endsWith('.yaml'))
    .flatMap(({ name, text }) =>
      parseAllDocuments(text).flatMap((document) => {
        const [error] = document.errors;
        if (error) throw new Error(`${name}: ${error.message}`);
        const object = document.toJS() as Record<string, unknown> | null;
        return object === null ? [] : [object];
      }),
    );
}

function merge(base: unknown, over: unknown): unknown {
  if (!isMap(base) || !isMap(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over))
    merged[key] = key in base ? merge(base[key], value) : value;
  return merged;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
