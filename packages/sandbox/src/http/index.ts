/** The HTTP side: routing, content negotiation, watches, faults. See server.ts. */
export { createFaults, type Faults } from './faults.ts';
export { createHttpServer, type HttpOptions } from './server.ts';
