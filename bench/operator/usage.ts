/** What a process has used, from /proc. */
import { readFileSync } from 'node:fs';

/** Linux shows process times in hundredths of a second on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU by program. */
export type CpuByPart = Readonly<Record<string, number>>;

/** Seconds of CPU since its start, user and system. */
export function cpuSeconds(pid: number): number {
  // The name stands in parentheses and may hold anything; fields 14 and 15 of proc(5) follow it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory in MB, now and at its highest. */
export function memory(pid: number): { readonly now: number; readonly highest: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1_024;
  return { now: megabytes('VmRSS'), highest: megabytes('VmHWM') };
}

/** What each program has used between two looks. */
export function sinceThen(before: CpuByPart, after: CpuByPart): CpuByPart {
  return Object.fromEntries(Object.entries(after).map(([part, cpu]) => [part, cpu - (before[part] ?? 0)]));
}

export function meanCpu(all: readonly CpuByPart[]): CpuByPart {
  const parts = Object.keys(all[0] ?? {});
  return Object.fromEntries(parts.map((part) => [part, mean(all.map((cpu) => cpu[part] ?? Number.NaN))]));
}

export function sumOf(cpu: CpuByPart): number {
  return Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0);
}

/** The sum in seconds, and what it is made of. */
export function describeCpu(cpu: CpuByPart): string {
  const parts = Object.entries(cpu).map(([part, seconds]) => `${part} ${seconds.toFixed(1)}`);
  return `${sumOf(cpu).toFixed(1)} (${parts.join(', ')})`;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
