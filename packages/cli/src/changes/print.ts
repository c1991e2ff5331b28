/** Changes as people read them. Pure. */
import { countOf } from '../output/index.ts';
import type { FieldChange } from './fields.ts';
import { type Changes, hasChanges, type InputChange, type ObjectChange, type TenantChange } from './index.ts';

const signs = { add: '+', change: '~', remove: '-', release: '-', conflict: '!', refused: '!', unknown: '?' };
const maxValue = 120;
/** Tenants of one shape are told once; so many of the others are named. */
const maxNamed = 5;

/** With `isWhole` every Tenant is told in full, also where many change in the same way. */
export function describeChanges(changes: Changes, isWhole = false): string {
  const { inputs, tenants, notes, looked } = changes;
  const lines = [
    ...inputs.flatMap(describeInput),
    ...groups(tenants, isWhole).flatMap(describeGroup),
    ...notes.map((note) => `note: ${note}`),
  ];
  const summary = hasChanges(changes)
    ? `Plan: ${summarize(tenants, inputs)}.`
    : `No changes${looked === 0 ? '' : `: ${countOf(looked, 'Tenant is as it', 'Tenants are as they')} should be`}.`;
  return `${[...lines, ...(lines.length > 0 ? [''] : []), summary].join('\n')}\n`;
}

function describeInput({ kind, namespace, name, action, fields }: InputChange): string[] {
  return [
    `${signs[action]} ${kind} ${namespace}/${name}`,
    ...fields.flatMap((field) => describeField(field, 4)),
  ];
}

interface Group {
  readonly first: TenantChange;
  readonly others: readonly string[];
}

/** Tenants whose objects change in the same fields, whatever their values, stand together. */
function groups(tenants: readonly TenantChange[], isWhole: boolean): Group[] {
  const found = new Map<string, TenantChange[]>();
  for (const tenant of tenants) {
    const shape = isWhole ? tenant.name : shapeOf(tenant);
    const same = found.get(shape);
    if (same) same.push(tenant);
    else found.set(shape, [tenant]);
  }
  return [...found.values()].flatMap(([first, ...others]) =>
    first ? [{ first, others: others.map(({ name }) => name) }] : [],
  );
}

function shapeOf({ template, action, cause, values, objects }: TenantChange): string {
  // Elements are often named by what differs from tenant to tenant, such as a host.
  const paths = (fields: readonly FieldChange[] = []) =>
    fields.map(({ path }) => path.replaceAll(/\[[^\]]*\]/g, '[]'));
  return JSON.stringify([
    template,
    action,
    cause,
    paths(values),
    objects.map((object) => [
      object.id,
      object.kind,
      object.action,
      paths(object.fields),
      // The server's words name the object.
      (object.message ?? '').replaceAll(object.name, ''),
    ]),
  ]);
}

function describeGroup({ first, others }: Group): string[] {
  const cause = first.cause === '' ? '' : `  (${first.cause})`;
  const named = others.slice(0, maxNamed).join(', ');
  const more = others.length > maxNamed ? ` and ${others.length - maxNamed} more` : '';
  return [
    `${signs[first.action]} Tenant ${first.namespace}/${first.name}${cause}`,
    ...(first.values ?? []).flatMap((field) => describeField(field, 4)),
    ...first.objects.flatMap(describeObject),
    ...(others.length > 0 ? [`  and the same of ${countOf(others.length, 'other')}: ${named}${more}`] : []),
  ];
}

const words: Partial<Record<ObjectChange['action'], string>> = {
  release: 'stays, and belongs to nobody',
  conflict: 'in the way',
  refused: 'refused',
  unknown: 'not known',
};

/** An object and its fields, a line each. */
export function describeObject({
  id,
  kind,
  namespace,
  name,
  action,
  fields = [],
  message,
}: ObjectChange): string[] {
  const where = name === '' ? '' : ` ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  const said = [words[action], message].filter(Boolean).join(': ');
  const item = id === '' ? '' : `  (item ${id})`;
  return [
    `    ${signs[action]} ${kind}${where}${item}${said === '' ? '' : `  ${said}`}`,
    ...fields.flatMap((field) => describeField(field, 8)),
  ];
}

function describeField({ path, before, after }: FieldChange, indent: number): string[] {
  const space = ' '.repeat(indent);
  if (before === undefined) return [`${space}+ ${path}: ${short(after)}`];
  if (after === undefined) return [`${space}- ${path}: ${short(before)}`];
  if (before === after) return [`${space}~ ${path}: changed`];
  return [`${space}~ ${path}: ${short(before)} -> ${short(after)}`];
}

function short(value: unknown): string {
  const text = typeof value === 'string' && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
  return text.length > maxValue ? `${text.slice(0, maxValue - 3)}...` : text;
}

function summarize(tenants: readonly TenantChange[], inputs: readonly InputChange[]): string {
  const count = <T extends { readonly action: string }>(list: readonly T[], ...actions: string[]) =>
    list.filter(({ action }) => actions.includes(action)).length;
  const objects = tenants.flatMap((tenant) => tenant.objects);
  const troubled = count(objects, 'conflict', 'refused');
  const released = count(objects, 'release');
  const parts = [
    `${countOf(count(tenants, 'add'), 'Tenant')} to add, ${count(tenants, 'change')} to change, ${count(tenants, 'remove')} to remove`,
    `${countOf(count(objects, 'add'), 'object')} to add, ${count(objects, 'change')} to change, ${count(objects, 'remove')} to remove`,
    ...(released > 0 ? [`${released} to leave behind`] : []),
    ...(troubled > 0 ? [`${countOf(troubled, 'object')} in trouble`] : []),
    ...(inputs.length > 0
      ? [`${countOf(inputs.length, 'registry or template', 'registries and templates')} changed`]
      : []),
  ];
  return parts.join('; ');
}
