/**
 * The schemas of the kinds, what reads an object by them, and the CustomResourceDefinitions made of them. Apart from the rest of the
 * API, because a process that lets the API server check has no use for schemas in memory.
 */
export {
  type CustomResourceDefinition,
  customResourceDefinitions,
  type StructuralSchema,
} from '../crd/index.ts';
export {
  type Parsed,
  type ParseError,
  parseTenant,
  parseTenantRegistry,
  parseTenantTemplate,
} from '../parse.ts';
export { unknownFields } from '../unknown.ts';
export { BUILT_IN_VARIABLES } from './registry.ts';
