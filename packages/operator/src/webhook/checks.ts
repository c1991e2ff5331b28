/** What is refused or warned of at the creation and the change of registries and templates. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import { parseTenantRegistry, parseTenantTemplate } from '@tenant-operator/api/schema';
import { compileInScope } from '../controller/template/catalog.ts';
import { variablesOf } from '../render/index.ts';
import type { Scope } from '../scope/index.ts';
import { cutText } from '../text.ts';
import type { Verdict } from './review.ts';

/** A refusal names so many problems, and an answer carries so many warnings. */
const maxNamed = 5;
/** An API server may cut longer warnings. */
const maxWarningLength = 256;

/** The registry of a template: `missing` while it does not exist, `unknown` when it could not be asked for. */
export type TemplateRegistry =
  | { readonly kind: 'exists'; readonly registry: TenantRegistry }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown' };

export interface TemplateChange {
  /** As the API server would store it. */
  readonly object: unknown;
  /** Undefined at creation. */
  readonly oldObject: unknown;
  readonly namespace: string;
  readonly registry: TemplateRegistry;
  readonly scope: Scope;
}

/**
 * Refuses problems that the change brings. Those that the stored template has too are only warned of: a template that is
 * invalid, perhaps because its registry changed, may be mended step by step, and suspended at any time. The schema is the API
 * server's to check, and it did: what does not fit ours (a CRD of another release) is let through.
 */
export function checkTemplate(change: TemplateChange): Verdict {
  try {
    return judgeTemplate(change);
  } catch (error) {
    // The stack is at its end: the controllers could not read it either.
    if (!(error instanceof RangeError)) throw error;
    const message = 'the template is nested too deeply to be read: make its items flatter';
    return { kind: 'refused', status: 422, reason: 'Invalid', message };
  }
}

function judgeTemplate({ object, oldObject, namespace, registry, scope }: TemplateChange): Verdict {
  const known = registry.kind === 'exists' ? registry.registry : undefined;
  const parsed = parseTenantTemplate(object);
  if (!parsed.ok) return allow(parsed.errors.map(({ path, message }) => `not checked: ${path}: ${message}`));
  const problems = problemsOf(parsed.value, known, scope);
  const old = oldObject === undefined || problems.length === 0 ? undefined : parseTenantTemplate(oldObject);
  const before = new Set(old?.ok ? problemsOf(old.value, known, scope) : []);
  const added = problems.filter((problem) => !before.has(problem));
  if (added.length > 0) {
    return { kind: 'refused', status: 422, reason: 'Invalid', message: cutText(listed(added), 8_192) };
  }
  const warnings = problems.map((problem) => `the template stays invalid: ${problem}`);
  if (registry.kind === 'missing') {
    warnings.unshift(
      `TenantRegistry "${registryIdOf(object)}" does not exist in namespace "${namespace}" yet: the template takes effect when it does`,
    );
  }
  return allow(warnings);
}

/** Warns of templates that are valid now, and not with the variables that the registry maps from now on. */
export function checkRegistry(
  templates: readonly TenantTemplate[],
  before: TenantRegistry | undefined,
  after: TenantRegistry,
  scope: Scope,
): Verdict {
  if (before && isDeepStrictEqual(mapped(before), mapped(after))) return allow([]);
  const warnings: string[] = [];
  for (const template of templates) {
    // One more than is named, to know that there are more.
    if (warnings.length > maxNamed) break;
    const [first] = compile(template, after, scope);
    if (!first || compile(template, before, scope).length > 0) continue;
    warnings.push(
      `TenantTemplate "${template.metadata.name}" is not valid with this registry: ${first.message}`,
    );
  }
  return allow(warnings);
}

export function allow(warnings: readonly string[]): Verdict {
  const more = warnings.length > maxNamed ? ['and more of the same kind'] : [];
  const named = [...warnings.slice(0, maxNamed), ...more];
  return { kind: 'allowed', warnings: named.map((text) => cutText(oneLine(text), maxWarningLength)) };
}

/** Undefined when the object is no TenantRegistry that the schema accepts. */
export function readRegistry(object: unknown) {
  const parsed = parseTenantRegistry(object);
  return parsed.ok ? parsed.value : undefined;
}

/** The registry that a template names, as it came; empty when there is none. */
export function registryIdOf(object: unknown): string {
  const { spec } = object as { spec?: { registryId?: unknown } | null };
  return typeof spec?.registryId === 'string' ? spec.registryId : '';
}

interface Mapped {
  readonly variables: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
}

function mapped(registry: TenantRegistry): Mapped {
  const secrets = Object.keys(registry.spec.secretValueMappings ?? {});
  return { variables: variablesOf(registry), secrets: new Set(secrets) };
}

function compile(template: TenantTemplate, registry: TenantRegistry | undefined, scope: Scope) {
  const { variables, secrets }: Partial<Mapped> = registry ? mapped(registry) : {};
  return compileInScope(template, scope, variables, secrets).problems;
}

function problemsOf(template: TenantTemplate, registry: TenantRegistry | undefined, scope: Scope): string[] {
  return compile(template, registry, scope).map(({ message }) => message);
}

function listed(problems: readonly string[]): string {
  const rest = problems.length - maxNamed;
  const more = rest > 0 ? `; and ${rest} more ${rest === 1 ? 'problem' : 'problems'}` : '';
  return oneLine(problems.slice(0, maxNamed).join('; ')) + more;
}

/** A header cannot carry more than a line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*[\p{Cc}\u2028\u2029]+\s*/gu, ' ');
}
