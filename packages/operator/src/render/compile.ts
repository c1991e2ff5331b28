/** A TenantTemplate compiled against the variables of its registry. */
import {
  itemType,
  type JsonObject,
  type JsonValue,
  type ListName,
  type TemplateItem,
  type TenantTemplate,
  templateItems,
} from '@tenant-operator/api';
import { functionInfo, templateFunctions, templateVariables } from '@tenant-operator/go-template';
import { describeGraphProblem, orderGraph } from '../graph/index.ts';
import { type FieldPath, parseFieldPath } from '../jsonpath/index.ts';
import { expressionProblem } from '../readiness/index.ts';
import { fieldTyping } from './fields.ts';
import { suggest } from './suggest.ts';
import { compileText, type Text, templateMessage } from './text.ts';
import { compileNode, type Node, type NodeProblem, templateTexts } from './tree.ts';

/** What is wrong with a template: a condition reason and one sentence that names item, field and cause. */
export interface TemplateProblem {
  readonly reason:
    | 'InvalidSpec'
    | 'TemplateSyntax'
    | 'UnknownVariable'
    | 'UnknownFunction'
    | 'FunctionNotAllowed'
    | 'DuplicateId'
    | 'UnknownDependency'
    | 'DependencyCycle'
    | 'KindMismatch'
    | 'SecretValueNotAllowed'
    | 'InvalidExpression'
    // What the operator's configuration leaves out of reach (scope/).
    | 'KindNotAllowed'
    | 'NamespaceNotAllowed'
    | 'ObjectNotAllowed';
  readonly itemId?: string;
  readonly message: string;
}

/** One item, ready to render. `wave` is its place in the order: 0 depends on nothing. */
export interface CompiledItem {
  readonly id: string;
  readonly list: ListName;
  readonly item: TemplateItem;
  readonly apiVersion: string;
  readonly kind: string;
  readonly wave: number;
  readonly name: Text | undefined;
  readonly namespace: Text | undefined;
  readonly when: Text | undefined;
  readonly labels: readonly Node[];
  readonly annotations: readonly Node[];
  /** It reads a variable whose value is secret. */
  readonly usesSecrets: boolean;
  /** `ignoreFields`, parsed. */
  readonly ignored: readonly FieldPath[];
  /** The manifest without apiVersion, kind and metadata. */
  readonly body: Node;
  /** What else the author wrote under metadata (finalizers). */
  readonly metadata: Node;
}

export interface CompiledTemplate {
  /** In dependency order, the author's order inside a wave. */
  readonly items: readonly CompiledItem[];
  readonly problems: readonly TemplateProblem[];
  /** Variables that may be missing (the direct input of `default`, `coalesce` or `empty`); they are given as nil. */
  readonly optionalVariables: ReadonlySet<string>;
}

/**
 * Compiles every string of a template. `variables` are the ones its registry maps, or undefined while the registry does not
 * exist: then unknown variables cannot be told and are not reported.
 */
export function compileTemplate(
  template: Pick<TenantTemplate, 'spec'>,
  variables: ReadonlySet<string> | undefined,
  secretVariables: ReadonlySet<string> = new Set(),
): CompiledTemplate {
  const problems: TemplateProblem[] = [];
  const optionalVariables = new Set<string>();
  const entries = templateItems(template);
  const waves = orderItems(entries, problems);
  const items: CompiledItem[] = [];
  for (const { list, item } of entries) {
    const compiled = compileItem(list, item, waves.get(item.id) ?? 0, problems);
    if (!compiled) continue;
    const used = checkTexts(compiled, { variables, secretVariables, optionalVariables }, problems);
    items.push({ ...compiled, usesSecrets: used });
  }
  items.sort((a, b) => a.wave - b.wave);
  return { items, problems, optionalVariables };
}

function orderItems(
  entries: readonly { readonly item: TemplateItem }[],
  problems: TemplateProblem[],
): ReadonlyMap<string, number> {
  const graph = orderGraph(entries.map(({ item }) => ({ id: item.id, dependIds: item.dependIds ?? [] })));
  if (graph.ok) return new Map(graph.waves.flatMap((ids, wave) => ids.map((id) => [id, wave] as const)));
  const reasons = {
    duplicate: 'DuplicateId',
    unknown: 'UnknownDependency',
    cycle: 'DependencyCycle',
  } as const;
  problems.push({ reason: reasons[graph.problem.kind], message: describeGraphProblem(graph.problem) });
  return new Map();
}

const serverOwned = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
];
const ownMetadata = [
  'name',
  'namespace',
  'labels',
  'annotations',
  'generateName',
  'ownerReferences',
  'selfLink',
];

function compileItem(
  list: ListName,
  item: TemplateItem,
  wave: number,
  problems: TemplateProblem[],
): CompiledItem | undefined {
  const type = typeOf(list, item, problems);
  if (!type) return undefined;
  const { apiVersion: _, kind: __, metadata: rawMetadata, status: ___, ...body } = item.spec;
  const metadata = isObject(rawMetadata) ? rawMetadata : {};
  if (metadata.generateName !== undefined || metadata.ownerReferences !== undefined) {
    const field = metadata.generateName === undefined ? 'ownerReferences' : 'generateName';
    const message = `item "${item.id}", field spec.metadata.${field}: the operator names and owns the objects it makes: remove it`;
    problems.push({ reason: 'InvalidSpec', itemId: item.id, message });
  }
  const found: NodeProblem[] = [];
  const node = (value: JsonValue | undefined, path: string[]) =>
    compileNode(value ?? {}, { isText: () => true }, found, path);
  const text = (value: unknown, path: string) => compileField(value, path, found);
  const map = (field: 'labels' | 'annotations') => {
    const value = metadata[field] ?? {};
    if (isObject(value)) return node(value, ['spec', 'metadata', field]);
    found.push({ path: `spec.metadata.${field}`, message: 'it must be a map of names to text' });
    return node({}, []);
  };
  const rest = Object.fromEntries(
    Object.entries(metadata).filter(([name]) => !serverOwned.includes(name) && !ownMetadata.includes(name)),
  );
  const compiled: CompiledItem = {
    id: item.id,
    list,
    item,
    ...type,
    wave,
    name: text(item.nameTemplate ?? metadata.name, nameField({ item })),
    namespace: text(item.targetNamespace ?? metadata.namespace, namespaceField({ item })),
    when: text(item.when, 'when'),
    labels: [map('labels'), node(item.labelsTemplate, ['labelsTemplate'])],
    annotations: [map('annotations'), node(item.annotationsTemplate, ['annotationsTemplate'])],
    usesSecrets: false,
    ignored: checkedFields(item, problems),
    body: compileNode(body as JsonObject, bodyTyping(type.apiVersion, type.kind), found, ['spec']),
    metadata: node(rest as JsonObject, ['spec', 'metadata']),
  };
  for (const { path, message } of found) {
    problems.push({
      reason: reasonOf(message),
      itemId: item.id,
      message: `item "${item.id}", field ${path}: ${message}`,
    });
  }
  return compiled;
}

function reasonOf(message: string): TemplateProblem['reason'] {
  if (message.startsWith('it must be')) return 'InvalidSpec';
  return message.includes('function "') ? 'UnknownFunction' : 'TemplateSyntax';
}

/** Where an item says its object's name, for messages. */
export function nameField({ item }: Pick<CompiledItem, 'item'>): string {
  return item.nameTemplate === undefined ? 'spec.metadata.name' : 'nameTemplate';
}

export function namespaceField({ item }: Pick<CompiledItem, 'item'>): string {
  return item.targetNamespace === undefined ? 'spec.metadata.namespace' : 'targetNamespace';
}

function checkedFields(item: TemplateItem, problems: TemplateProblem[]): FieldPath[] {
  const invalid = (field: string, message: string) =>
    problems.push({
      reason: 'InvalidExpression',
      itemId: item.id,
      message: `item "${item.id}", field ${field}: ${message}`,
    });
  const problem = item.readyWhen === undefined ? undefined : expressionProblem(item.readyWhen);
  if (problem !== undefined) invalid('readyWhen', problem);
  return (item.ignoreFields ?? []).flatMap((text, index) => {
    const parsed = parseFieldPath(text);
    if (parsed.ok) return [parsed.path];
    invalid(`ignoreFields[${index}]`, parsed.message);
    return [];
  });
}

/** Paths inside an item start with its field `spec`, the schema's with the manifest's own fields. */
function bodyTyping(apiVersion: string, kind: string) {
  const typing = fieldTyping(apiVersion, kind);
  return { isText: (path: readonly (string | number)[]) => typing.isText(path.slice(1)) };
}

function compileField(value: unknown, path: string, problems: NodeProblem[]): Text | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object') {
    problems.push({ path, message: 'it must be text' });
    return undefined;
  }
  const outcome = compileText(String(value as string | number | boolean));
  if (outcome.ok) return outcome.text;
  problems.push({ path, message: outcome.message });
  return undefined;
}

function typeOf(
  list: ListName,
  item: TemplateItem,
  problems: TemplateProblem[],
): { apiVersion: string; kind: string } | undefined {
  const expected = itemType(list);
  const { apiVersion, kind } = item.spec;
  const problem = (reason: TemplateProblem['reason'], message: string) => {
    problems.push({ reason, itemId: item.id, message: `item "${item.id}" in ${list}: ${message}` });
    return undefined;
  };
  for (const [field, value] of Object.entries({ apiVersion, kind })) {
    if (value !== undefined && (typeof value !== 'string' || value === '' || value.includes('{{'))) {
      return problem('InvalidSpec', `spec.${field} must be plain text, not ${JSON.stringify(value)}`);
    }
  }
  const own = { apiVersion: apiVersion as string | undefined, kind: kind as string | undefined };
  if (!expected) {
    if (own.apiVersion && own.kind) return { apiVersion: own.apiVersion, kind: own.kind };
    return problem('InvalidSpec', 'spec.apiVersion and spec.kind are needed in the list manifests');
  }
  const type = { apiVersion: own.apiVersion ?? expected.apiVersion, kind: own.kind ?? expected.kind };
  if (type.kind === expected.kind && groupOf(type.apiVersion) === groupOf(expected.apiVersion)) return type;
  const message = `it is a ${type.apiVersion} ${type.kind}, but this list is for ${expected.apiVersion} ${expected.kind}: move it to its own list or to manifests`;
  return problem('KindMismatch', message);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Checks {
  readonly variables: ReadonlySet<string> | undefined;
  readonly secretVariables: ReadonlySet<string>;
  readonly optionalVariables: Set<string>;
}

/** Static checks of every template text of an item: unknown variables, and functions whose result is not stable. */
function checkTexts(
  compiled: CompiledItem,
  { variables, secretVariables, optionalVariables }: Checks,
  problems: TemplateProblem[],
): boolean {
  const itemId = compiled.id;
  let usesSecrets = false;
  const once = compiled.item.creationPolicy === 'Once';
  for (const { source, path, stable, isBody } of textsOf(compiled)) {
    const at = `item "${itemId}", field ${path}`;
    const maySecrets = compiled.list === 'secrets' && isBody;
    for (const name of secretsIn(source, secretVariables)) {
      usesSecrets = true;
      if (maySecrets) continue;
      const message = `${at}: the value of ".${name}" is secret: it may be used in the data of items in the list secrets only`;
      problems.push({ reason: 'SecretValueNotAllowed', itemId, message });
    }
    const known = variables && new Set([...variables, ...secretVariables]);
    for (const problem of unknownVariables(source, known, optionalVariables)) {
      problems.push({ reason: 'UnknownVariable', itemId, message: `${at}: ${problem}` });
    }
    for (const { name } of templateFunctions(source)) {
      const impure = functionInfo(name)?.impure;
      if (impure === undefined || (once && !stable && (impure === 'random' || impure === 'clock'))) continue;
      const hint =
        once || impure === 'environment' || impure === 'network'
          ? ''
          : ' (an item with creationPolicy: Once may use it)';
      const message = `${at}: function "${name}" gives another result each time (${impure}), which is refused here${hint}`;
      problems.push({ reason: 'FunctionNotAllowed', itemId, message });
    }
  }
  return usesSecrets;
}

function secretsIn(source: string, secretVariables: ReadonlySet<string>): string[] {
  if (secretVariables.size === 0) return [];
  try {
    const names = templateVariables(source).map(({ name }) => name);
    return [...new Set(names.filter((name) => secretVariables.has(name)))];
  } catch {
    // A syntax error is reported by its own check.
    return [];
  }
}

interface ItemText {
  readonly source: string;
  readonly path: string;
  /** The result must be the same each time, whatever the item's policies. */
  readonly stable: boolean;
  readonly isBody: boolean;
}

function* textsOf(item: CompiledItem): Generator<ItemText> {
  const fields = {
    [nameField(item)]: item.name,
    [namespaceField(item)]: item.namespace,
    when: item.when,
  };
  for (const [path, text] of Object.entries(fields)) {
    if (text?.kind === 'template') yield { source: text.source, path, stable: true, isBody: false };
  }
  for (const node of [...item.labels, ...item.annotations, item.metadata, item.body]) {
    for (const text of templateTexts(node)) yield { ...text, stable: false, isBody: node === item.body };
  }
}

function unknownVariables(
  source: string,
  variables: ReadonlySet<string> | undefined,
  optional: Set<string>,
): string[] {
  const problems: string[] = [];
  try {
    for (const { name, guarded } of templateVariables(source)) {
      if (variables?.has(name)) continue;
      if (guarded) optional.add(name);
      else if (variables) problems.push(`unknown variable ".${name}"${suggest(name, variables)}`);
    }
  } catch (error) {
    problems.push(templateMessage(error));
  }
  return [...new Set(problems)];
}
