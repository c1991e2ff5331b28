/** Execution: a program made of syntax trees and functions, and the settings of its runs. */
export { createProgram, type Program } from './program.ts';
export type { Environment, MissingKey, Setting } from './state.ts';
