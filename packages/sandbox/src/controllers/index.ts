/** The two controllers without which the API would not behave: garbage collection and namespaces. */
export { createCollector } from './gc.ts';
export { createNamespaces } from './namespaces.ts';
