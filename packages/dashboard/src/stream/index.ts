/** Server-sent events: all at first, then what changed, gathered for a moment. */
import type { ServerResponse } from 'node:http';
import type { Tenant, TenantRegistry, TenantTemplate } from '@tenant-operator/api';
import { type Clock, systemClock, type Timer } from '@tenant-operator/kube';
import type { Operator } from '@tenant-operator/operator';
import { registryView, templateView, tenantRow } from '../views.ts';
import type { Changes } from '../wire.ts';

export interface Stream {
  /** Sends the stream until the reader goes; false when too many read. */
  add(response: ServerResponse): boolean;
  close(): void;
}

/** Changes are gathered this long, in milliseconds. */
const gatherMs = 250;
/** So that a dead reader is found, and proxies keep the connection, in milliseconds. */
const heartbeatMs = 20_000;
const maxReaders = 100;
/** A reader that does not keep up is cut off, in bytes; it comes back and starts over. */
const maxBuffered = 16 * 1024 * 1024;

type Objects = Operator['objects'];
type Kind = 'registry' | 'template' | 'tenant';

export function createStream(
  { objects, onObjectChange }: Pick<Operator, 'objects' | 'onObjectChange'>,
  clock: Clock = systemClock,
): Stream {
  const readers = new Set<ServerResponse>();
  const changed: Record<Kind, Set<string>> = { registry: new Set(), template: new Set(), tenant: new Set() };
  let timer: Timer | undefined;
  let heartbeat: Timer | undefined;
  let unsubscribe: (() => void) | undefined;

  function send(response: ServerResponse, text: string): void {
    if (response.writableLength > maxBuffered) response.destroy();
    else response.write(text);
  }

  function flush(): void {
    timer = undefined;
    const text = eventOf(changesOf(objects, changed));
    for (const keys of Object.values(changed)) keys.clear();
    for (const reader of readers) send(reader, text);
  }

  function beat(): void {
    for (const reader of readers) send(reader, ': still here\n\n');
    heartbeat = clock.setTimeout(beat, heartbeatMs);
  }

  function begin(): void {
    unsubscribe = onObjectChange((kind, key) => {
      changed[kind].add(key);
      timer ??= clock.setTimeout(flush, gatherMs);
    });
    heartbeat = clock.setTimeout(beat, heartbeatMs);
  }

  function end(): void {
    unsubscribe?.();
    if (timer) clock.clearTimeout(timer);
    if (heartbeat) clock.clearTimeout(heartbeat);
    unsubscribe = timer = heartbeat = undefined;
    for (const keys of Object.values(changed)) keys.clear();
  }

  return {
    add(response) {
      if (readers.size >= maxReaders) return false;
      if (readers.size === 0) begin();
      readers.add(response);
      response.on('close', () => {
        readers.delete(response);
        if (readers.size === 0) end();
      });
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      send(response, eventOf(everything(objects)));
      return true;
    },
    close() {
      for (const reader of readers) reader.end();
      readers.clear();
      end();
    },
  };
}

function eventOf(changes: Changes): string {
  return `event: changes\ndata: ${JSON.stringify(changes)}\n\n`;
}

function everything({ tenants, registries, templates }: Objects): Changes {
  return {
    isWhole: true,
    tenants: Array.from(tenants.values(), tenantRow),
    registries: Array.from(registries.values(), registryView),
    templates: Array.from(templates.values(), templateView),
    gone: { tenants: [], registries: [], templates: [] },
  };
}

function changesOf(objects: Objects, changed: Readonly<Record<Kind, ReadonlySet<string>>>): Changes {
  const tenants = pick<Tenant>(changed.tenant, objects.tenants);
  const registries = pick<TenantRegistry>(changed.registry, objects.registries);
  const templates = pick<TenantTemplate>(changed.template, objects.templates);
  return {
    isWhole: false,
    tenants: tenants.found.map(tenantRow),
    registries: registries.found.map(registryView),
    templates: templates.found.map(templateView),
    gone: { tenants: tenants.gone, registries: registries.gone, templates: templates.gone },
  };
}

function pick<T>(
  keys: ReadonlySet<string>,
  view: { get(key: string): T | undefined },
): { found: T[]; gone: string[] } {
  const found: T[] = [];
  const gone: string[] = [];
  for (const key of keys) {
    const object = view.get(key);
    if (object) found.push(object);
    else gone.push(key);
  }
  return { found, gone };
}
