/** The Gateways that HTTPRoutes are attached to: nobody's children, watched from the first time a route asks for a record. */
import {
  type Clock,
  createReflector,
  type KubeClient,
  type KubeObject,
  type Logger,
  type Reflector,
} from '@tenant-operator/kube';
import { isSameJson } from '../../children/index.ts';
import type { GatewayObject, SourceObject } from '../../dns/index.ts';

export interface GatewaySight {
  /**
   * All Gateways, for the objects of a Tenant; it is told when one changes from then on. Undefined while they are not listed,
   * and where they cannot be seen; empty when there are no routes among the objects.
   */
  look(tenantKey: string, objects: readonly SourceObject[]): readonly GatewayObject[] | undefined;
  /** The Tenant is gone. */
  forget(tenantKey: string): void;
  stop(): Promise<void>;
}

export interface GatewaySightOptions {
  readonly client: KubeClient;
  /** Only this namespace may be looked at. */
  readonly namespace?: string | undefined;
  readonly onChange: (tenantKey: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

const apiVersion = 'gateway.networking.k8s.io/v1';

export function createGatewaySight(options: GatewaySightOptions): GatewaySight {
  const { client, namespace, clock, log } = options;
  const interested = new Set<string>();
  let reflector: Reflector<GatewayObject> | undefined;
  let starting: Promise<void> | undefined;

  function tellAll(): void {
    for (const key of interested) options.onChange(key);
  }

  async function start(): Promise<void> {
    const type = await client.resourceType(apiVersion, 'Gateway');
    // Where there are HTTPRoutes there are Gateways; a later question finds those of a half installed API.
    if (!type) return;
    reflector = createReflector<GatewayObject>({
      client,
      type,
      ...(namespace === undefined ? {} : { namespace }),
      reduce: reduceGateway,
      // Its status counts the routes that are attached: that is no news to them.
      onChange({ previous, current }) {
        if (!isSameJson(previous, current)) tellAll();
      },
      clock,
      log,
    });
    reflector.synced.then(tellAll, () => undefined);
    reflector.start();
  }

  return {
    look(tenantKey, objects) {
      const routes = objects.filter((object) => object.kind === 'HTTPRoute');
      if (routes.length === 0) {
        interested.delete(tenantKey);
        return [];
      }
      interested.add(tenantKey);
      if (!reflector)
        starting ??= start()
          .catch((error: unknown) => log.warn({ err: error }, 'cannot look for Gateways'))
          .finally(() => {
            starting = undefined;
          });
      const isElsewhere = routes.some(({ metadata, status }) =>
        (status?.parents ?? []).some(
          ({ parentRef }) => (parentRef.namespace ?? metadata.namespace) !== namespace,
        ),
      );
      if (namespace !== undefined && isElsewhere) return undefined;
      return reflector?.hasSynced() ? [...reflector.store.values()] : undefined;
    },
    forget: (tenantKey) => void interested.delete(tenantKey),
    async stop() {
      await starting;
      await reflector?.stop();
    },
  };
}

/** What the records of routes need, and no more. */
function reduceGateway(object: KubeObject): GatewayObject {
  const { metadata, spec, status } = object as unknown as GatewayObject;
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => key.endsWith('/target'));
  return {
    metadata: {
      name: metadata.name,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      annotations: Object.fromEntries(annotations),
    },
    spec: {
      listeners: (spec?.listeners ?? []).map(({ name, hostname, protocol, port, allowedRoutes }) => ({
        name,
        ...(hostname === undefined ? {} : { hostname }),
        protocol,
        port,
        ...(allowedRoutes === undefined ? {} : { allowedRoutes }),
      })),
    },
    status: { addresses: (status?.addresses ?? []).map(({ value }) => ({ value })) },
  };
}
