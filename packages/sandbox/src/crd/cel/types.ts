/** CEL types of a schema, so that a rule can be checked before there is an object. */
import type { Environment } from '@marcbachmann/cel-js';
import type { RawSchema } from '../../schema/raw.ts';
import { environment } from './environment.ts';
import { escapeName } from './values.ts';

const METADATA: RawSchema = {
  type: 'object',
  properties: { name: { type: 'string' }, generateName: { type: 'string' } },
};
const SCALARS: Record<string, string> = { integer: 'int', number: 'double', boolean: 'bool' };
const TEXTS: Record<string, string> = {
  'date-time': 'google.protobuf.Timestamp',
  date: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
  byte: 'bytes',
};

/** An environment in which `self` (and `oldSelf`) are values of this schema and nothing else is known. */
export function typedEnvironment(schema: RawSchema, root: boolean, optionalOld: boolean): Environment {
  const env = environment.clone({ unlistedVariablesAreDyn: false });
  let count = 0;

  function typeOf(here: RawSchema, embedded: boolean): string {
    if (here.nullable || here['x-kubernetes-int-or-string'] || !here.type) return 'dyn';
    if (here.type === 'string') return TEXTS[here.format ?? ''] ?? 'string';
    if (here.type === 'array') return here.items ? `list<${typeOf(here.items, false)}>` : 'list<dyn>';
    if (here.type !== 'object') return SCALARS[here.type] ?? 'dyn';
    if (typeof here.additionalProperties === 'object')
      return `map<string, ${typeOf(here.additionalProperties, false)}>`;
    if (!here.properties && (here['x-kubernetes-preserve-unknown-fields'] || here.additionalProperties))
      return 'dyn';
    return objectType(here, embedded || here['x-kubernetes-embedded-resource'] === true);
  }

  function objectType(here: RawSchema, embedded: boolean): string {
    const properties: Record<string, RawSchema> = {
      ...here.properties,
      ...(embedded ? { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: METADATA } : {}),
    };
    const fields: Record<string, string> = {};
    for (const [name, property] of Object.entries(properties))
      fields[escapeName(name)] = typeOf(property, false);
    const name = `object${++count}`;
    env.registerType(name, { fields });
    // The language compares objects member by member; here it only has to know that it can.
    env.registerOperator(`${name} == ${name}`, () => true);
    env.registerOperator(`${name} == null`, () => true);
    return name;
  }

  const self = typeOf(schema, root);
  env.registerVariable('self', self);
  env.registerVariable('oldSelf', optionalOld ? `optional<${self}>` : self);
  return env;
}
