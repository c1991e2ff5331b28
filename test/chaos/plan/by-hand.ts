/** What persons do to Tenants and their objects by hand. */
import { FOREIGN_LABEL } from '../check/ledger.ts';
import { OTHER_NAMESPACE } from '../world/index.ts';
import { type Choose, type Choosing, pickTemplate, tableOf } from './choose.ts';
import { objectName } from './model.ts';
import { own, type Person, pathOf } from './person.ts';

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

export const removeChild: Choose = (choosing) => {
  const child = pickChild(choosing);
  if (!child || choosing.model.squatters.has(keyOf(child))) return undefined;
  choosing.touches.objects.add(keyOf(child));
  return { text: `delete ${keyOf(child)} by hand`, run: (person) => person.remove(filePathOf(child)) };
};

export const editChild: Choose = (choosing) => {
  const child = pickChild(choosing, ['base', 'far', 'kept', 'pro', 'top', 'warn']);
  if (!child || choosing.model.squatters.has(keyOf(child))) return undefined;
  const data = choosing.random.pick([{ rev: 'by hand' }, { plan: null, host: 'x' }, { note: 'edited' }]);
  return { text: `edit ${keyOf(child)} by hand`, run: (person) => person.patch(filePathOf(child), { data }) };
};

/** An object of a tenant that somebody else keeps from going with a finalizer, and the way back; undefined when there is none. */
export function chooseHold(
  choosing: Choosing,
):
  | { readonly key: string; hold(person: Person): Promise<void>; release(person: Person): Promise<void> }
  | undefined {
  const child = pickChild(choosing);
  if (!child || choosing.model.squatters.has(keyOf(child))) return undefined;
  const patch = (finalizers: readonly string[] | null) => (person: Person) =>
    person.patch(filePathOf(child), { metadata: { finalizers } });
  return { key: keyOf(child), hold: patch(['chaos.example.com/hold']), release: patch(null) };
}

function pickTenant(choosing: Choosing): string | undefined {
  return pickChild(choosing)?.tenant;
}

export const removeTenant: Choose = (choosing) => {
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

export const suspendTenant: Choose = (choosing) => {
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

export const override: Choose = (choosing) => {
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
export const squat: Choose = (choosing) => {
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
