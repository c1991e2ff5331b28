/** Custom resources: from a CustomResourceDefinition to resource types, and the operations on their objects. */
export { compileCrd } from './compile.ts';
export { createCrdController } from './controller.ts';
export { validateCrd } from './definition.ts';
