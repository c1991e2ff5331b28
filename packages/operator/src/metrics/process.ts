/** What the operating system and Node say of this process, asked when somebody asks us. */
import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Registry } from 'prom-client';
import { addComputed, single } from './computed.ts';

/**
 * prom-client's own collection keeps a timer at work to measure the event loop; this is made of what is there anyway, and an
 * operator that has nothing to do costs nothing.
 */
export function addProcessMetrics(registry: Registry, version: string): void {
  const started = Math.round(performance.timeOrigin) / 1_000;
  addComputed(registry, {
    name: 'tenant_operator_build_info',
    help: 'The version of the operator and of Node',
    labels: ['version', 'node_version'],
    values: () => [{ labels: { version, node_version: process.version }, value: 1 }],
  });
  addComputed(registry, {
    name: 'process_start_time_seconds',
    help: 'When the process began, in seconds since the epoch',
    values: () => single(started),
  });
  addComputed(registry, {
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time',
    type: 'counter',
    values() {
      const { user, system } = process.cpuUsage();
      return single((user + system) / 1e6);
    },
  });
  addComputed(registry, {
    name: 'process_resident_memory_bytes',
    help: 'Resident memory',
    values: () => single(process.memoryUsage.rss()),
  });
  addComputed(registry, {
    name: 'process_open_fds',
    help: 'Open file descriptors',
    values() {
      try {
        return single(readdirSync('/proc/self/fd').length - 1);
      } catch {
        return [];
      }
    },
  });
  addComputed(registry, {
    name: 'nodejs_heap_size_used_bytes',
    help: "Memory that JavaScript's objects use",
    values: () => single(process.memoryUsage().heapUsed),
  });
  addComputed(registry, {
    name: 'nodejs_eventloop_utilization',
    help: 'Share of the time since the start that the event loop was busy',
    values: () => single(performance.eventLoopUtilization().utilization),
  });
}
