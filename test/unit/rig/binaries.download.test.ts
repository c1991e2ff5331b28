import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download, publishedSum } from '../../rig/binaries/download.ts';
import { type FileServer, startFileServer } from './file-server.ts';

const sum = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
const other = sum('something else');

let dir: string;
let server: FileServer;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenant-operator-download-'));
  server = await startFileServer();
});
afterEach(async () => {
  rmSync(dir, { recursive: true, force: true });
  await server.close();
});

describe('a download', () => {
  it('arrives executable when the sum is the published one', async () => {
    server.files.set('/kubectl', 'program').set('/kubectl.sha256', sum('program'));
    const target = join(dir, 'new', 'kubectl');
    await download({ url: `${server.url}/kubectl`, checksumUrl: `${server.url}/kubectl.sha256` }, target);
    expect(readFileSync(target, 'utf8')).toBe('program');
    expect(statSync(target).mode & 0o777).toBe(0o755);
    expect(readdirSync(join(dir, 'new'))).toEqual(['kubectl']);
  });

  it('is unpacked when it is an archive', async () => {
    mkdirSync(join(dir, 'etcd-v3'));
    writeFileSync(join(dir, 'etcd-v3', 'etcd'), 'program');
    const archive = execFileSync('tar', ['-czf', '-', '-C', dir, 'etcd-v3']);
    server.files
      .set('/etcd.tar.gz', archive)
      .set('/SHA256SUMS', `${other}  a.zip\n${sum(archive)}  etcd.tar.gz\n`);
    const source = {
      url: `${server.url}/etcd.tar.gz`,
      checksumUrl: `${server.url}/SHA256SUMS`,
      member: 'etcd-v3/etcd',
    };
    await download(source, join(dir, 'etcd'));
    expect(readFileSync(join(dir, 'etcd'), 'utf8')).toBe('program');
  });

  it.each([
    { reason: 'another sum', sums: other, code: 'CHECKSUM_MISMATCH' },
    { reason: 'no sum for this file', sums: `${other}  another\n${other}  third`, code: 'DOWNLOAD_FAILED' },
    { reason: 'an error page instead of sums', sums: '<html>', code: 'DOWNLOAD_FAILED' },
    { reason: 'no sums at all', sums: undefined, code: 'DOWNLOAD_FAILED' },
  ])('leaves nothing behind on $reason', async ({ sums, code }) => {
    server.files.set('/kubectl', 'program');
    if (sums !== undefined) server.files.set('/kubectl.sha256', sums);
    const source = { url: `${server.url}/kubectl`, checksumUrl: `${server.url}/kubectl.sha256` };
    await expect(download(source, join(dir, 'kubectl'))).rejects.toMatchObject({ code });
    expect(existsSync(join(dir, 'kubectl'))).toBe(false);
  });

  it('says which address does not answer', async () => {
    await server.close();
    const source = { url: `${server.url}/kubectl`, checksumUrl: `${server.url}/kubectl.sha256` };
    await expect(download(source, join(dir, 'kubectl'))).rejects.toThrow(
      /cannot fetch http:.*kubectl\.sha256: .*ECONNREFUSED/,
    );
  });
});

describe('a published sum', () => {
  it.each([
    { reason: 'the hex alone', text: `${other}\n`, sum: other },
    { reason: 'upper case', text: other.toUpperCase(), sum: other },
    { reason: 'a list, text mode', text: `${sum('x')}  x\n${other}  kubectl`, sum: other },
    { reason: 'a list, binary mode', text: `${sum('x')} *x\n${other} *kubectl`, sum: other },
    { reason: 'one line for another file', text: `${other}  x`, sum: undefined },
    { reason: 'too short', text: 'abc', sum: undefined },
    { reason: 'empty', text: '', sum: undefined },
  ])('is read from $reason', ({ text, sum: expected }) => {
    expect(publishedSum(text, 'kubectl')).toBe(expected);
  });
});
