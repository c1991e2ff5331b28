/** Addresses and node ports of Services: which are taken is known from the store, so that nothing has to be given back. */
import { child, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import { ApiStatusError, type FieldError, invalidValue } from '../status/index.ts';
import type { Change, Store } from '../storage/index.ts';

export interface Allocator {
  /** A free address of 10.96.0.0/16; throws a 500 when there is none. */
  clusterIP(): string;
  /** A free port from 30000 to 32767; throws a 500 when there is none. */
  nodePort(): number;
  /** Whether a Service has this address. */
  isAddressTaken(address: string): boolean;
  /** Whether a Service has this port. */
  isPortTaken(port: number): boolean;
}

const SHELF = '/services';
const ADDRESSES = 65_000;
const FIRST_PORT = 30_000;
const PORTS = 2_768;

export function createAllocator(store: Store): Allocator {
  const addresses = new Map<string, number>();
  const ports = new Map<number, number>();
  let nextAddress = 0;
  let nextPort = 0;

  function count<K>(of: Map<K, number>, key: K, by: number): void {
    const left = (of.get(key) ?? 0) + by;
    if (left > 0) of.set(key, left);
    else of.delete(key);
  }
  function note(service: JsonObject, by: number): void {
    const spec = child(service, 'spec') ?? {};
    for (const address of Array.isArray(spec.clusterIPs) ? spec.clusterIPs : [])
      if (address !== 'None') count(addresses, textOf(address), by);
    for (const port of portsOf(spec)) count(ports, port, by);
  }

  for (const service of store.list(SHELF, '')) note(service, 1);
  store.subscribe((shelf, change: Change) => {
    if (shelf !== SHELF) return;
    if (change.previous) note(change.previous, -1);
    if (change.type !== 'DELETED') note(change.object, 1);
  });

  return {
    clusterIP() {
      for (let tried = 0; tried < ADDRESSES; tried++) {
        const n = (nextAddress++ % ADDRESSES) + 10;
        const address = `10.96.${Math.floor(n / 250)}.${(n % 250) + 1}`;
        if (!addresses.has(address)) return address;
      }
      throw full('failed to allocate IP');
    },
    nodePort() {
      for (let tried = 0; tried < PORTS; tried++) {
        const port = FIRST_PORT + (nextPort++ % PORTS);
        if (!ports.has(port)) return port;
      }
      throw full('failed to allocate a nodePort');
    },
    isAddressTaken: (address) => addresses.has(address),
    isPortTaken: (port) => ports.has(port),
  };
}

/** Addresses and ports that a client asks for and cannot have; `before` is the present spec. */
export function serviceConflicts(
  services: Allocator,
  spec: JsonObject | undefined,
  before: JsonObject | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const address = textOf(spec?.clusterIP);
  if (
    address &&
    address !== 'None' &&
    address !== textOf(before?.clusterIP) &&
    services.isAddressTaken(address)
  )
    errors.push(
      invalidValue(
        'spec.clusterIPs',
        [address],
        `failed to allocate IP ${address}: provided IP is already allocated`,
      ),
    );
  const had = new Set(portsOf(before ?? {}));
  for (const [i, port] of (Array.isArray(spec?.ports) ? spec.ports : []).entries()) {
    const wanted = isObject(port) ? port.nodePort : undefined;
    if (typeof wanted !== 'number' || wanted === 0 || had.has(wanted)) continue;
    const field = `spec.ports[${i}].nodePort`;
    if (wanted < FIRST_PORT || wanted >= FIRST_PORT + PORTS)
      errors.push(
        invalidValue(
          field,
          wanted,
          `provided port is not in the valid range. The range of valid ports is ${FIRST_PORT}-${FIRST_PORT + PORTS - 1}`,
        ),
      );
    else if (services.isPortTaken(wanted))
      errors.push(invalidValue(field, wanted, 'provided port is already allocated'));
  }
  return errors;
}

/** The node ports that a Service's spec names. */
export function portsOf(spec: JsonObject): number[] {
  return (Array.isArray(spec.ports) ? spec.ports : [])
    .map((port: Json) => (isObject(port) ? port.nodePort : undefined))
    .filter((port): port is number => typeof port === 'number' && port > 0);
}

function full(what: string): ApiStatusError {
  return new ApiStatusError(500, 'InternalError', `Internal error occurred: ${what}: range is full`, {
    causes: [{ message: `${what}: range is full` }],
  });
}
