/** A small Kubernetes client runtime on raw JSON: config, client, reflector, work queue, events, lease. */
export * from './client/index.ts';
export * from './clock/index.ts';
export * from './config/index.ts';
export * from './events/index.ts';
export * from './lease/index.ts';
export * from './queue/index.ts';
export * from './reflector/index.ts';
export {
  ApiError,
  isApiError,
  type StatusDetails,
  type TransportCode,
  TransportError,
} from './transport/errors.ts';
export {
  type Endpoint,
  parseResolve,
  parseResolves,
  ResolveError,
  type ResolveMap,
  resolveEndpoint,
} from './transport/resolve.ts';
export * from './types.ts';
