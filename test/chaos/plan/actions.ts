/** What persons may do in a round. Each changes the model when it is chosen and the world when its time comes. */
import { editChild, override, removeChild, removeTenant, squat, suspendTenant } from './by-hand.ts';
import { type Action, type Choose, type Choosing, pickTemplate, tableOf } from './choose.ts';
import {
  ITEM_IDS,
  type RegistryModel,
  type RowModel,
  randomRow,
  registryManifest,
  type TemplateModel,
  templateManifest,
} from './model.ts';
import { own, type Person } from './person.ts';

export type { Action } from './choose.ts';

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
