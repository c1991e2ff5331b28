/** The log: one JSON object a line, with the level as a word. */
import { type DestinationStream, type Logger, pino } from 'pino';

/** Nothing of ours logs these; should it ever, they do not get out. */
const secrets = ['password', 'token', 'authorization', 'secret', 'key'];

export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: secrets.flatMap((name) => [`*.${name}`]).concat(secrets.filter((name) => name !== 'key')),
  };
  return destination ? pino(options, destination) : pino(options);
}
