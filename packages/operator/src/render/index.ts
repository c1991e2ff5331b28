/**
 * From a template and a tenant's values to manifests. Pure.
 *
 * A TenantTemplate is compiled once per generation (`compileTemplate`): every string of every item is parsed, checked
 * against the variables that its registry maps, and the items are ordered. Rendering a tenant then only executes what was
 * compiled. A row's value is data: it is never parsed as a template or as YAML, so it can add neither field nor object.
 */
export {
  type CompiledItem,
  type CompiledTemplate,
  compileTemplate,
  type TemplateProblem,
} from './compile.ts';
export { type RenderedItem, type RenderOutcome, type RenderProblem, renderItem } from './item.ts';
export { compileFor, tenantData } from './tenant.ts';
export { hasTemplate } from './text.ts';
export {
  knownVariables,
  renderData,
  type TenantIdentity,
  type TenantValues,
  variablesOf,
} from './variables.ts';
