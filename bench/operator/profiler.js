// Loaded into the operator's process by `make bench ARGS="--profile FOLDER"`: profiles its CPU, and on every SIGUSR2
// and at its end writes what it has into BENCH_PROFILE, as `node --cpu-prof` would, and begins anew.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.start');
let count = 0;

function write() {
  session.post('Profiler.stop', (error, result) => {
    if (error) return;
    const name = `operator-${process.pid}-${String(count++).padStart(2, '0')}.cpuprofile`;
    writeFileSync(join(process.env.BENCH_PROFILE ?? '.', name), JSON.stringify(result.profile));
  });
}

process.on('SIGUSR2', () => {
  write();
  session.post('Profiler.start');
});
process.on('exit', write);
