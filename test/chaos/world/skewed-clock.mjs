/** Loaded into an operator process with `--import`: its wall clock is off by the milliseconds in the file CLOCK_SKEW_FILE, read again at SIGUSR2. */
import { readFileSync } from 'node:fs';

const RealDate = Date;
const realNow = RealDate.now.bind(RealDate);
let skew = 0;

function read() {
  skew = Number(readFileSync(process.env.CLOCK_SKEW_FILE ?? '', 'utf8'));
}

globalThis.Date = class SkewedDate extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(realNow() + skew);
    else super(...args);
  }
  static now() {
    return realNow() + skew;
  }
};
read();
process.on('SIGUSR2', read);
