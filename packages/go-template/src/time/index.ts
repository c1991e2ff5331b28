/** Go's package time, as far as templates reach it: instants, zones, layouts and durations. */
export { DURATION, duration, durationText, parseDuration } from './duration.ts';
export { type Location, loadLocation, localLocation, UTC } from './location.ts';
export { parseTime, quoteTime } from './parse.ts';
export { TIME, Time } from './time.ts';
