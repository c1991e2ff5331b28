/**
 * Go's text/template with sprig's functions, byte for byte.
 *
 * `compile(source, options).execute(data)` renders, `templateVariables` and `templateFunctions` read a template
 * without running it, `func` and `variadic` make functions with a Go signature for `options.funcs`, and the value
 * model (`strings`, `int64`, `mapValue`, ...) makes data with Go types that plain JavaScript has not.
 */
export { positionOf, TemplateError, type TemplateErrorKind } from './errors/index.ts';
export type { MissingKey } from './exec/index.ts';
export {
  type CallContext,
  type FuncSpec,
  type FuncTable,
  func,
  type Impurity,
  variadic,
} from './funcs/table.ts';
export { type CustomFunction, functionInfo, functionNames } from './functions.ts';
export { DEFAULT_LIMITS, type Limits } from './limits/index.ts';
export { databaseConversions } from './sprig/index.ts';
export { compile, type Evaluation, type Options, render, type Template } from './template.ts';
export * from './value/index.ts';
export { type FunctionUse, templateFunctions, templateVariables, type VariableUse } from './variables.ts';
