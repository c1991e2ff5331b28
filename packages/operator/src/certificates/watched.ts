/** The two objects that certificates hang on, watched: at rest nobody asks for them. */
import {
  type Clock,
  createReflector,
  type KubeClient,
  type KubeObject,
  type Logger,
  type ObjectRef,
  type ResourceType,
} from '@tenant-operator/kube';
import { configurationType } from './configuration.ts';
import { fromSecret, type StoredCertificates, secretType } from './secret.ts';

export interface Watched {
  start(): void;
  stop(): Promise<void>;
  /** What is stored and what API servers were told, as far as the watches have come; undefined while one has not begun. */
  read(): WatchedObjects | undefined;
}

export interface WatchedObjects {
  readonly stored: StoredCertificates;
  readonly configuration: KubeObject | undefined;
}

export interface WatchedOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secret: ObjectRef;
  /** Name of the ValidatingWebhookConfiguration. */
  readonly configuration: string;
  /** Is told when one of them is another than before. */
  onChange(): void;
}

export function watchCertificates({
  client,
  clock,
  log,
  secret,
  configuration,
  onChange,
}: WatchedOptions): Watched {
  const follow = (type: ResourceType, { name, namespace }: ObjectRef) =>
    createReflector<KubeObject>({
      client,
      clock,
      log,
      type,
      ...(namespace === undefined ? {} : { namespace }),
      // The rights are for this name alone, and a request that names it so is within them.
      fieldSelector: `metadata.name=${name}`,
      reduce: (object) => object,
      onChange,
    });
  const secrets = follow(secretType, secret);
  const configurations = follow(configurationType, { name: configuration });
  const all = [secrets, configurations];
  return {
    start() {
      for (const reflector of all) reflector.start();
    },
    async stop() {
      await Promise.all(all.map((reflector) => reflector.stop()));
    },
    read() {
      if (!all.every((reflector) => reflector.hasSynced())) return undefined;
      const [found] = secrets.store.values();
      const [told] = configurations.store.values();
      return { stored: fromSecret(found), configuration: told };
    },
  };
}
