/** What persons may do in a round. Each changes the model when it is chosen and the world when its time comes. */
import type { Touches } from '../check/index.ts';
import { FOREIGN_LABEL } from '../check/ledger.ts';
import type { Random } from '../random.ts';
import { OTHER_NAMESPACE } from '../world/index.ts';
import {
  ITEM_IDS,
  type Model,
  objectName,
  type RegistryModel,
  type RowModel,
  randomRow,
  registryManifest,
  type TemplateModel,
  templateManifest,
} from './model.ts';
import { own, type Person, pathOf } from './person.ts';

export interface Action {
  readonly text: string;
  run(person: Person): Promise<void>;
}

interface Choosing {
  readonly random: Random;
  readonly model: Model;
  readonly touches: Touches;
}

/** Undefined when there is nothing to do it to. */
type Choose = (choosing: Choosing) => Action | undefined;

export function chooseAction(choosing: Choosing): Action {
  const { random, touches } = choosing;
  for (;;) {
    const action = random.pick(deck)(choosing);
    if (!action) continue;
    touches.isIdle = false;
    return action;
  }
}

/** Everybody whom a row, template or registry is about. */
function touchRow({ model, touches }: Choosing, table: string, uid: string): void {
  for (const { name, registry } of model.templates)
    if (tableOf(model, registry) === table) touches.tenants.add(`${uid}-${name}`);
}

const tableOf = (model: Model, registry: string) =>
  model.registries.find(({ name }) => name === registry)?.table;

function pickRow({ random, model }: Choosing): { table: string; uid: string; row: RowModel } | undefined {
  const table = random.pick([...model.tables.keys()]);
  const rows = model.tables.get(table);
  if (!rows || rows.size === 0) return undefined;
  const uid = random.pick([...rows.keys()]);
  const row = rows.get(uid);
  return row && { table, uid, row };
}

const insertText = (table: string) =>
  `INSERT INTO ${table} (id, domain, active, plan, note) VALUES (?, ?, ?, ?, ?)`;

const insert: Choose = (choosing) => {
  const { random, model } = choosing;
  const table = random.pick([...model.tables.keys()]);
  const rows = model.tables.get(table);
  if (!rows || rows.size > 10) return undefined;
  const uid = `u${model.next++}`;
  const row = randomRow(random);
  rows.set(uid, row);
  touchRow(choosing, table, uid);
  return {
    text: `insert ${uid} into ${table}`,
    run: (person) => person.sql(insertText(table), [uid, row.domain, row.active, row.plan, row.note]),
  };
};

function setActive(values: readonly (string | null)[], word: string): Choose {
  return (choosing) => {
    const picked = pickRow(choosing);
    if (!picked) return undefined;
    const { table, uid, row } = picked;
    row.active = choosing.random.pick(values);
    const value = row.active;
    touchRow(choosing, table, uid);
    return {
      text: `${word} ${uid} of ${table} (${value})`,
      run: (person) => person.sql(`UPDATE ${table} SET active = ? WHERE id = ?`, [value, uid]),
    };
  };
}

const edit: Choose = (choosing) => {
  const picked = pickRow(choosing);
  if (!picked) return undefined;
  const { table, uid, row } = picked;
  Object.assign(row, { ...randomRow(choosing.random), active: row.active });
  const { domain, plan, note } = row;
  touchRow(choosing, table, uid);
  return {
    text: `edit ${uid} of ${table}`,
    run: (person) =>
      person.sql(`UPDATE ${table} SET domain = ?, plan = ?, note = ? WHERE id = ?`, [
        domain,
        plan,
        note,
        uid,
      ]),
  };
};

const drop: Choose = (choosing) => {
  const picked = pickRow(choosing);
  if (!picked) return undefined;
  const { table, uid } = picked;
  choosing.model.tables.get(table)?.delete(uid);
  touchRow(choosing, table, uid);
  return {
    text: `delete the row ${uid} of ${table}`,
    run: (person) => person.sql(`DELETE FROM ${table} WHERE id = ?`, [uid]),
  };
};

/** A row that nothing can be made of, beside the others; the same again takes it away. */
const spoil: Choose = (choosing) => {
  const picked = pickRow(choosing);
  if (!picked) return undefined;
  const { table, uid } = picked;
  const { strangeRows } = choosing.model;
  if (strangeRows.has(table)) {
    strangeRows.delete(table);
    for (const other of choosing.model.tables.get(table)?.keys() ?? []) touchRow(choosing, table, other);
    return {
      text: `take the strange rows out of ${table}`,
      run: (person) => person.sql(`DELETE FROM ${table} WHERE domain = 'strange'`),
    };
  }
  strangeRows.add(table);
  const id = choosing.random.pick([null, 'Not A Name', uid, '../../etc', '']);
  if (id === uid) touchRow(choosing, table, uid);
  return {
    text: `add a row with the uid ${id} to ${table}`,
    run: (person) => person.sql(insertText(table), [id, 'strange', '1', 'pro', '']),
  };
};

function pickTemplate({ random, model }: Choosing): TemplateModel | undefined {
  const there = model.templates.filter(({ isThere }) => isThere);
  return there.length === 0 ? undefined : random.pick(there);
}

function editTemplate(choosing: Choosing, template: TemplateModel, word: string): Action {
  choosing.touches.templates.add(template.name);
  const manifest = templateManifest(template);
  return { text: `template ${template.name}: ${word}`, run: (person) => person.apply(manifest) };
}

const revise: Choose = (choosing) => {
  const template = pickTemplate(choosing);
  if (!template) return undefined;
  template.rev++;
  return editTemplate(choosing, template, `rev ${template.rev}`);
};

const toggleItem: Choose = (choosing) => {
  const template = pickTemplate(choosing);
  if (!template) return undefined;
  const id = choosing.random.pick(ITEM_IDS.filter((other) => other !== 'base'));
  if (template.items.delete(id)) return editTemplate(choosing, template, `without ${id}`);
  template.items.set(id, choosing.random.int(3) + 1);
  return editTemplate(choosing, template, `with ${id}`);
};

const rename: Choose = (choosing) => {
  const template = pickTemplate(choosing);
  if (!template) return undefined;
  const id = choosing.random.pick([...template.items.keys()]);
  template.items.set(id, (template.items.get(id) ?? 1) + 1);
  return editTemplate(choosing, template, `${id} has another name`);
};

const toggleRetain: Choose = (choosing) => {
  const template = pickTemplate(choosing);
  const id = template && choosing.random.pick([...template.items.keys()]);
  if (!template || !id || id === 'kept') return undefined;
  if (!template.retained.delete(id)) template.retained.add(id);
  return editTemplate(choosing, template, `${id} is ${template.retained.has(id) ? 'retained' : 'deleted'}`);
};

const toggleInvalid: Choose = (choosing) => {
  const template = pickTemplate(choosing);
  if (!template) return undefined;
  template.isInvalid = !template.isInvalid;
  return editTemplate(choosing, template, template.isInvalid ? 'is invalid' : 'is valid again');
};

const suspendTemplate: Choose = (choosing) => {
  const template = pickTemplate(choosing);
  if (!template) return undefined;
  template.isSuspended = !template.isSuspended;
  return editTemplate(choosing, template, template.isSuspended ? 'suspended' : 'resumed');
};

const removeTemplate: Choose = (choosing) => {
  const { random, model, touches } = choosing;
  const template = random.pick(model.templates);
  // The guard would hold all of its tenants, and nobody could approve them before they are named.
  if (template.registry === 'guarded') return undefined;
  template.isThere = !template.isThere;
  if (template.isThere) return editTemplate(choosing, template, 'is back');
  touches.templates.add(template.name);
  return {
    text: `delete the template ${template.name}`,
    run: (person) => person.remove(`${own}/tenanttemplates/${template.name}`),
  };
};

function touchRegistry({ model, touches }: Choosing, registry: RegistryModel): void {
  for (const template of model.templates)
    if (template.registry === registry.name) touches.templates.add(template.name);
}

const suspendRegistry: Choose = (choosing) => {
  const registry = choosing.random.pick(choosing.model.registries);
  if (!registry.isThere) return undefined;
  registry.isSuspended = !registry.isSuspended;
  touchRegistry(choosing, registry);
  const manifest = registryManifest(registry);
  return {
    text: `registry ${registry.name}: ${registry.isSuspended ? 'suspended' : 'resumed'}`,
    run: (person) => person.apply(manifest),
  };
};

const removeRegistry: Choose = (choosing) => {
  const registry = choosing.model.registries.find(({ name }) => name === 'loose');
  if (!registry || registry.isSuspended) return undefined;
  touchRegistry(choosing, registry);
  registry.isThere = !registry.isThere;
  const manifest = registryManifest(registry);
  const path = `${own}/tenantregistries/${registry.name}`;
  return registry.isThere
    ? { text: `registry ${registry.name}: is back`, run: (person) => reapply(person, path, manifest) }
    : { text: `delete the registry ${registry.name}`, run: (person) => person.remove(path) };
};

/** What is on its way out cannot be applied: it is waited for. */
async function reapply(person: Person, path: string, manifest: object): Promise<void> {
  for (let n = 0; n < 400; n++) {
    const found = (await person.read(path)) as { metadata: { deletionTimestamp?: string } } | undefined;
    if (found?.metadata.deletionTimestamp === undefined) return person.apply(manifest);
    await person.sleep(400);
  }
  throw new Error(`${path} does not go`);
}

/** Takes what the guard holds now as meant. */
const approve: Choose = ({ model, touches }) => {
  const registry = model.registries.find(({ isGuarded }) => isGuarded);
  if (!registry) return undefined;
  const path = `${own}/tenantregistries/${registry.name}`;
  return {
    text: `approve what ${registry.name} holds`,
    async run(person) {
      const found = (await person.read(path)) as
        | { status?: { heldDeletions?: { digest: string; tenants: string[] } } }
        | undefined;
      const held = found?.status?.heldDeletions;
      if (!held) return;
      for (const tenant of held.tenants) touches.tenants.add(tenant);
      const annotations = { 'kubernetes-tenants.org/approve-deletions': held.digest };
      await person.patch(path, { metadata: { annotations } });
    },
  };
};

interface Child {
  readonly tenant: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

const childKinds: Readonly<Record<string, string>> = {
  sec: 'Secret',
  svc: 'Service',
  sa: 'ServiceAccount',
  role: 'ClusterRole',
  dep: 'Deployment',
};

function pickChild(choosing: Choosing, only?: readonly string[]): Child | undefined {
  const template = pickTemplate(choosing);
  if (!template) return undefined;
  const rows = [
    ...(choosing.model.tables.get(tableOf(choosing.model, template.registry) ?? '')?.keys() ?? []),
  ];
  const ids = [...template.items.keys()].filter((id) => !only || only.includes(id));
  if (rows.length === 0 || ids.length === 0) return undefined;
  const uid = choosing.random.pick(rows);
  const id = choosing.random.pick(ids);
  const kind = childKinds[id] ?? 'ConfigMap';
  return {
    tenant: `${uid}-${template.name}`,
    kind,
    namespace: kind === 'ClusterRole' ? '' : id === 'far' ? OTHER_NAMESPACE : 'default',
    name: objectName(template, id, uid),
  };
}

const keyOf = ({ kind, namespace, name }: Child) => `${kind}/${namespace}/${name}`;
const filePathOf = ({ kind, namespace, name }: Child) => `${pathOf(kind, namespace)}/${name}`;

const removeChild: Choose = (choosing) => {
  const child = pickChild(choosing);
  if (!child || choosing.model.squatters.has(keyOf(child))) return undefined;
  choosing.touches.objects.add(keyOf(child));
  return { text: `delete ${keyOf(child)} by hand`, run: (person) => person.remove(filePathOf(child)) };
};

const editChild: Choose = (choosing) => {
  const child = pickChild(choosing, ['base', 'far', 'kept', 'pro', 'top', 'warn']);
  if (!child || choosing.model.squatters.has(keyOf(child))) return undefined;
  const data = choosing.random.pick([{ rev: 'by hand' }, { plan: null, host: 'x' }, { note: 'edited' }]);
  return { text: `edit ${keyOf(child)} by hand`, run: (person) => person.patch(filePathOf(child), { data }) };
};

function pickTenant(choosing: Choosing): string | undefined {
  return pickChild(choosing)?.tenant;
}

const removeTenant: Choose = (choosing) => {
  const tenant = pickTenant(choosing);
  if (tenant === undefined) return undefined;
  choosing.touches.tenants.add(tenant);
  // Who deletes a Tenant deletes its suspension and overrides with it.
  choosing.model.suspendedTenants.delete(tenant);
  return {
    text: `delete the Tenant ${tenant} by hand`,
    run: (person) => person.remove(`${own}/tenants/${tenant}`),
  };
};

const suspendTenant: Choose = (choosing) => {
  const { suspendedTenants } = choosing.model;
  const tenant = pickTenant(choosing);
  if (tenant === undefined) return undefined;
  const suspend = !suspendedTenants.has(tenant);
  if (suspend) suspendedTenants.add(tenant);
  else suspendedTenants.delete(tenant);
  choosing.touches.tenants.add(tenant);
  return {
    text: `Tenant ${tenant}: ${suspend ? 'suspended' : 'resumed'}`,
    run: (person) => person.patch(`${own}/tenants/${tenant}`, { spec: { suspend } }),
  };
};

const override: Choose = (choosing) => {
  const tenant = pickTenant(choosing);
  if (tenant === undefined) return undefined;
  const values = choosing.random.pick([{ plan: 'pro' }, { note: 'of one tenant' }, null]);
  choosing.touches.tenants.add(tenant);
  return {
    text: `Tenant ${tenant}: overrides ${JSON.stringify(values)}`,
    run: (person) => person.patch(`${own}/tenants/${tenant}`, { spec: { overrides: values && { values } } }),
  };
};

/** A person's own object under the name of an object to come; the same again takes it away. */
const squat: Choose = (choosing) => {
  const { model, random, touches } = choosing;
  const [old] = [...model.squatters];
  if (old && (model.squatters.size > 2 || random.chance(50))) {
    const [key, { path }] = old;
    model.squatters.delete(key);
    touches.objects.add(key);
    return { text: `take away ${key}`, run: (person) => person.remove(path) };
  }
  const template = model.templates.find(({ name }) => name === 'app');
  if (!template?.isThere) return undefined;
  // Nobody's yet: the row comes later.
  const uid = `u${model.next + random.int(3)}`;
  const id = random.pick(['base', 'far', 'kept'].filter((other) => template.items.has(other)));
  const child: Child = {
    tenant: `${uid}-app`,
    kind: 'ConfigMap',
    namespace: id === 'far' ? OTHER_NAMESPACE : 'default',
    name: objectName(template, id, uid),
  };
  if (model.squatters.has(keyOf(child))) return undefined;
  model.squatters.set(keyOf(child), { path: filePathOf(child), tenant: child.tenant });
  const metadata = { name: child.name, labels: { [FOREIGN_LABEL]: 'true' } };
  return {
    text: `a person makes ${keyOf(child)}`,
    run: (person) =>
      person.create(pathOf(child.kind, child.namespace), {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata,
        data: { owner: 'a person' },
      }),
  };
};

/** Ends something that keeps the world asleep, so that most of it is awake most of the time. */
const wake: Choose = (choosing) => {
  const { model } = choosing;
  const registry = model.registries.find(({ isSuspended, isThere }) => isSuspended || !isThere);
  if (registry) {
    Object.assign(registry, { isSuspended: false, isThere: true });
    touchRegistry(choosing, registry);
    const manifest = registryManifest(registry);
    const path = `${own}/tenantregistries/${registry.name}`;
    return {
      text: `registry ${registry.name}: is there and resumed`,
      run: (person) => reapply(person, path, manifest),
    };
  }
  const template = model.templates.find((one) => !one.isThere || one.isSuspended || one.isInvalid);
  if (template) {
    Object.assign(template, { isThere: true, isSuspended: false, isInvalid: false });
    return editTemplate(choosing, template, 'is there, valid and resumed');
  }
  const [tenant] = model.suspendedTenants;
  if (tenant === undefined) return undefined;
  model.suspendedTenants.delete(tenant);
  choosing.touches.tenants.add(tenant);
  return {
    text: `Tenant ${tenant}: resumed`,
    run: (person) => person.patch(`${own}/tenants/${tenant}`, { spec: { suspend: false } }),
  };
};

const chances: readonly (readonly [Choose, number])[] = [
  [wake, 14],
  [insert, 10],
  [setActive(['0', 'no', 'OFF', null, '', 'false'], 'switch off'), 12],
  [setActive(['1', 'yes', 'On', 'TRUE'], 'switch on'), 14],
  [setActive(['maybe', '2'], 'spoil the switch of'), 2],
  [edit, 10],
  [drop, 4],
  [spoil, 4],
  [revise, 10],
  [toggleItem, 8],
  [rename, 5],
  [toggleRetain, 4],
  [toggleInvalid, 3],
  [suspendTemplate, 3],
  [removeTemplate, 2],
  [suspendRegistry, 3],
  [removeRegistry, 2],
  [approve, 8],
  [removeChild, 8],
  [editChild, 8],
  [removeTenant, 5],
  [suspendTenant, 5],
  [override, 5],
  [squat, 6],
];
const deck: readonly Choose[] = chances.flatMap(([choose, weight]) =>
  Array.from({ length: weight }, () => choose),
);
