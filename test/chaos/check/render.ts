/**
 * The checker's own idea of what a template makes of a row. It knows `{{ .name }}` and one form of `when`, which is all that the
 * campaigns' templates use, and shares no line with the product's renderer.
 */
import type { AnyObject } from './state.ts';

export interface ExpectedItem {
  readonly id: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Without `metadata`. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly dependIds: readonly string[];
  readonly isRetained: boolean;
  readonly isOnce: boolean;
  readonly isWarned: boolean;
}

const kinds: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  configMaps: ['v1', 'ConfigMap'],
  secrets: ['v1', 'Secret'],
  services: ['v1', 'Service'],
  serviceAccounts: ['v1', 'ServiceAccount'],
  deployments: ['apps/v1', 'Deployment'],
};
const clusterScoped = new Set(['ClusterRole']);

interface Item {
  readonly id: string;
  readonly spec: { readonly apiVersion?: string; readonly kind?: string; readonly [field: string]: unknown };
  readonly nameTemplate: string;
  readonly when?: string;
  readonly targetNamespace?: string;
  readonly dependIds?: readonly string[];
  readonly deletionPolicy?: string;
  readonly creationPolicy?: string;
  readonly driftPolicy?: string;
}

export type Variables = Readonly<Record<string, string>>;

export function expectItems(template: AnyObject, namespace: string, variables: Variables): ExpectedItem[] {
  const items: ExpectedItem[] = [];
  for (const [list, value] of Object.entries(template.spec ?? {})) {
    if (!Array.isArray(value)) continue;
    for (const item of value as Item[]) {
      if (item.when !== undefined && !isWanted(item.when, variables)) continue;
      const {
        apiVersion = kinds[list]?.[0] ?? '',
        kind = kinds[list]?.[1] ?? '',
        metadata: _,
        ...rest
      } = item.spec;
      items.push({
        id: item.id,
        apiVersion,
        kind,
        name: fill(item.nameTemplate, variables),
        namespace: clusterScoped.has(kind)
          ? undefined
          : item.targetNamespace === undefined
            ? namespace
            : fill(item.targetNamespace, variables),
        content: fillAll(rest, variables) as Record<string, unknown>,
        dependIds: item.dependIds ?? [],
        isRetained: item.deletionPolicy === 'Retain',
        isOnce: item.creationPolicy === 'Once',
        isWarned: item.driftPolicy === 'Warn',
      });
    }
  }
  return items;
}

/** `{{ .name }}` alone; a value is put in and not looked at again. */
function fill(text: string, variables: Variables): string {
  const rest = text.replaceAll(/{{ \.\w+ }}/g, '');
  if (rest.includes('{{')) throw new Error(`the checker cannot read the template ${text}`);
  // A Tenant that lacks a value is other than its row, and what is made of it other than this.
  return text.replaceAll(/{{ \.(\w+) }}/g, (_whole, name: string) => variables[name] ?? `<no ${name}>`);
}

function fillAll(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return fill(value, variables);
  if (Array.isArray(value)) return value.map((entry) => fillAll(entry, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fillAll(entry, variables)]));
}

/** `{{ eq .name "text" }}` */
function isWanted(when: string, variables: Variables): boolean {
  const [, name = '', text] = /^{{ eq \.(\w+) "([^"]*)" }}$/.exec(when) ?? [];
  if (text === undefined) throw new Error(`the checker cannot read the condition ${when}`);
  return variables[name] === text;
}

/** Whether a template uses a variable that no registry of the campaigns maps: the product must call it invalid. */
export function isInvalid(template: AnyObject): boolean {
  const known = invalid.get(template);
  if (known !== undefined) return known;
  const is = JSON.stringify(template.spec).includes('{{ .nowhere }}');
  invalid.set(template, is);
  return is;
}

/** Asked for each object again. */
const invalid = new WeakMap<AnyObject, boolean>();
