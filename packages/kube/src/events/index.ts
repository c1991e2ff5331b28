/** Kubernetes Events, written sparingly: repeated ones are counted, chatty objects are throttled. */
import type { KubeClient } from '../client/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Logger, ObjectMeta } from '../types.ts';

/** The object that an event is about. */
export interface Regarding {
  apiVersion: string;
  kind: string;
  metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'uid' | 'resourceVersion'>;
}

export interface EventInput {
  type: 'Normal' | 'Warning';
  /** CamelCase, machine readable. */
  reason: string;
  /** For people; cut to 1,024 bytes. */
  message: string;
  /** CamelCase: what was being done. */
  action?: string;
}

export interface EventRecorderOptions {
  client: KubeClient;
  /** Shown as "From" by kubectl describe. */
  component: string;
  /** Which process of the component, for example the pod's name. */
  instance: string;
  clock?: Clock;
  log?: Logger;
}

export interface EventRecorder {
  /** Never throws and never waits; what cannot be written is dropped with a log line. */
  record(regarding: Regarding, event: EventInput): void;
  /** Resolves when everything recorded so far is written or dropped. */
  flush(): Promise<void>;
}

export { createEventRecorder } from './recorder.ts';
