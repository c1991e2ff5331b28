/** A small Kubernetes client runtime on raw JSON: config, client, reflector, work queue, events, lease. */
export type * from './client/index.ts';
export * from './clock/index.ts';
export * from './config/index.ts';
export * from './events/index.ts';
export * from './lease/index.ts';
export * from './queue/index.ts';
export * from './reflector/index.ts';
export * from './types.ts';
