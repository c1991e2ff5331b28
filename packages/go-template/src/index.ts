export * from './funcs/table.ts';
export * from './value/index.ts';
