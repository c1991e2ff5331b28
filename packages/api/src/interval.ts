/** Milliseconds of an interval such as `30s`, at most the 24.8 days that a timer can wait. */
export function parseInterval(interval: string): number | undefined {
  const match = /^([0-9]+)(s|m|h)$/.exec(interval);
  if (match === null) return undefined;
  const unit = { s: 1000, m: 60_000, h: 3_600_000 }[match[2] as 's' | 'm' | 'h'];
  const milliseconds = Number(match[1]) * unit;
  return milliseconds === 0 ? undefined : Math.min(milliseconds, 2 ** 31 - 1);
}
