/** CEL in CustomResourceDefinitions (`x-kubernetes-validations`): checked when the definition is written, run on objects. */
export { defaultErrors, ruleDefinitionErrors } from './check.ts';
export { compile } from './environment.ts';
export { ruleErrors } from './rules.ts';
export { typedValue } from './values.ts';
