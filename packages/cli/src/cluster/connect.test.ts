/** Kubeconfigs of all sorts, as the commands meet them: one line that names the file, or a client. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { CommandFailure } from '../failure.ts';
import { connect } from './connect.ts';

// Always the same draws, so that a failure is of the change that was made; FC_SEED draws others.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) });

const folder = mkdtempSync(join(tmpdir(), 'connect-'));
const file = join(folder, 'config');
afterAll(() => rmSync(folder, { recursive: true }));

const good = `apiVersion: v1
kind: Config
current-context: main
contexts:
- name: main
  context: { cluster: here, user: me, namespace: default }
clusters:
- name: here
  cluster: { server: "https://127.0.0.1:1", tls-server-name: host }
users:
- name: me
  user:
    username: somebody
    password: "a secret"
    as: other
    exec: { apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [a], env: [{ name: A, value: b }] }
`;

/** What connect says, or undefined when there is a client. */
async function complaint(kubeconfig: string): Promise<string | undefined> {
  try {
    const { client } = connect({ kubeconfig });
    await client.close();
    return undefined;
  } catch (error) {
    if (error instanceof CommandFailure) return error.message;
    throw error;
  }
}

describe('a kubeconfig of the command line', () => {
  it('that is right gives a client', async () => {
    writeFileSync(file, good);
    expect(await complaint(file)).toBeUndefined();
  });

  it.each([
    ['is a folder', folder, 'it is a folder'],
    ['is not there', join(folder, 'nothing'), 'there is no such file'],
    ['has no end', '/dev/zero', 'larger than 8388608 bytes'],
    ['has nothing in it', '/dev/null', 'no current-context is set'],
  ])('that %s is told in one line', async (_reason, path, text) => {
    const told = (await complaint(path)) ?? '';
    expect(told.startsWith(`kubeconfig ${path}: `), told).toBe(true);
    expect(told).toContain(text);
    expect(told).not.toContain('\n');
  });

  const at = fc.nat(good.length);
  const damaged = fc.oneof(
    at.map((end) => good.slice(0, end)),
    fc.tuple(at, at).map(([from, to]) => good.slice(0, from) + good.slice(to)),
    fc
      .tuple(
        at,
        fc.oneof(
          fc.string(),
          fc.constantFrom('\0', '\u202e', '\u{1f600}', '&a', '*a', '<<: ', '!!js ', '{', '- ', '\t', '---\n'),
        ),
      )
      .map(([from, text]) => good.slice(0, from) + text + good.slice(from)),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.concat([Buffer.from(good), bytes])),
  );

  it('that is damaged is told in one line that names it, and tells no password', async () => {
    let told = 0;
    await fc.assert(
      fc.asyncProperty(damaged, async (text) => {
        writeFileSync(file, text);
        const message = await complaint(file);
        if (message === undefined) return;
        told += 1;
        expect(message).toContain(file);
        expect(message).not.toMatch(/[\n\r]/);
        expect(message).not.toContain('a secret');
      }),
      { numRuns: 400 },
    );
    expect(told).toBeGreaterThan(100);
  });
});
