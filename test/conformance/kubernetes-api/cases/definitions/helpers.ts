/** Definitions of a kind `Gadget`, whose group is the case's own, and what is asked of them. */
import type { Case, Json, Step } from '../../index.ts';
import { del, get, post } from '../helpers.ts';

type Obj = { [key: string]: Json };
/** A group of the case's own: definitions belong to the whole cluster. */
export const G = '$ns.sandbox.test';
export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const crd = `${CRDS}/gadgets.${G}`;
export const list = `/apis/${G}/v1/namespaces/$ns/gadgets`;
export const g = `${list}/g`;
export const refusal = { pick: ['code', 'reason', 'message', 'details.causes'] };
export const shown = { pick: ['code', 'reason', 'message', 'details.causes', 'spec'] };

export const version = (spec: Obj, more: Obj = {}): Obj => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', ...spec } } } },
  ...more,
});
export const definition = (versions: Obj[], more: Obj = {}): Obj => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `gadgets.${G}` },
  spec: {
    group: G,
    scope: 'Namespaced',
    names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList' },
    versions,
    ...more,
  },
});
export const gadget = (spec: Json, metadata: Obj = {}, more: Obj = {}): Obj => ({
  apiVersion: `${G}/v1`,
  kind: 'Gadget',
  metadata: { name: 'g', ...metadata },
  spec,
  ...more,
});
export const established = (path = list): Step[] => [
  get(crd, { until: { text: '"type":"Established"' }, setup: true }),
  get(path, { until: { status: 200 }, setup: true }),
];
export const clean: Step[] = [
  del(crd, undefined, { setup: true }),
  get(crd, { until: { status: 404 }, setup: true }),
];
/** A definition of this schema, and what happens then. */
export const on = (name: string, spec: Obj, steps: Step[], more: Obj = {}): Case => ({
  name: `definition: ${name}`,
  reason: name,
  steps: [
    post(CRDS, definition([version(spec, more)]), { setup: true }),
    ...established(),
    ...steps,
    ...clean,
  ],
});
/** A schema whose `spec` has these members; each object is sent in turn. */
export const values = (name: string, properties: Obj, ...specs: Json[]): Case =>
  on(
    name,
    { properties },
    specs.map((spec, i) => post(list, gadget(spec, { name: `g${i}` }), shown)),
  );
export const rules = (name: string, properties: Obj, validations: Obj[], ...specs: Json[]): Case =>
  on(
    `rule: ${name}`,
    { properties, 'x-kubernetes-validations': validations },
    specs.map((spec, i) => post(list, gadget(spec, { name: `g${i}` }), shown)),
  );
export const rule = (text: string, more: Obj = {}): Obj => ({ rule: text, ...more });
export const text = { type: 'string' };
export const integer = { type: 'integer' };
export const shortText = { type: 'string', maxLength: 20 };
export const texts = { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 20 } };
export const refused = (name: string, spec: Obj, more: Obj = {}): Case => ({
  name: `definition refused: ${name}`,
  reason: name,
  steps: [
    post(`${CRDS}?dryRun=All`, definition([version(spec, more)]), { pick: ['code', 'reason', 'message'] }),
  ],
});
export const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
