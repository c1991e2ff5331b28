/** Loaded into an operator process with `--import`: at SIGHUP it throws an error that knows too much, at SIGWINCH it uses up its memory. */
const known = process.env.CRASH_CANARY;

process.on('SIGHUP', () => {
  setImmediate(() => {
    throw Object.assign(new Error('as planned'), { rows: [{ password: known }], sql: known });
  });
});

process.on('SIGWINCH', () => {
  const held = [];
  for (;;) held.push({ [`${held.length}`]: known });
});
