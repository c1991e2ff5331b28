import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, RigError } from '../errors.ts';
import type { Download } from './catalog.ts';

/** Until the first byte of the checksum file: long enough for a slow network, short where there is none. */
const ANSWER_TIMEOUT_MS = 4_000;
const BODY_TIMEOUT_MS = 300_000;

/**
 * Fetches a program, compares its SHA-256 with the published one and moves it to `target`, executable.
 * Nothing is left at `target` on failure: DOWNLOAD_FAILED (no answer, bad status), CHECKSUM_MISMATCH.
 */
export async function download(source: Download, target: string): Promise<void> {
  const sums = (await get(source.checksumUrl, ANSWER_TIMEOUT_MS)).toString('utf8');
  const expected = publishedSum(sums, basename(source.url));
  if (expected === undefined)
    throw new RigError('DOWNLOAD_FAILED', `${source.checksumUrl} has no SHA-256 for ${source.url}`);
  const body = await get(source.url, BODY_TIMEOUT_MS);
  const actual = createHash('sha256').update(body).digest('hex');
  if (actual !== expected) {
    throw new RigError(
      'CHECKSUM_MISMATCH',
      `${source.url} has SHA-256 ${actual}, published is ${expected}: not used`,
    );
  }
  mkdirSync(dirname(target), { recursive: true });
  const scratch = mkdtempSync(join(dirname(target), '.download-'));
  try {
    const file = join(scratch, basename(source.url));
    writeFileSync(file, body);
    const program = source.member === undefined ? file : await unpack(file, source.member, scratch);
    chmodSync(program, 0o755);
    renameSync(program, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Finds the sum of `file` in a checksum file: either the hex alone, or lines of `<hex>  <file>`. */
export function publishedSum(text: string, file: string): string | undefined {
  const lines = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.trim().split(/\s+\*?/));
  const found =
    lines.find(([, name]) => name === file) ??
    (lines.length === 1 && lines[0]?.length === 1 ? lines[0] : undefined);
  const sum = found?.[0]?.toLowerCase();
  return sum !== undefined && /^[0-9a-f]{64}$/.test(sum) ? sum : undefined;
}

async function get(url: string, timeoutMs: number): Promise<Buffer> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const cause =
      error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new RigError('DOWNLOAD_FAILED', `cannot fetch ${url}: ${cause}`);
  }
  throw new RigError('DOWNLOAD_FAILED', `cannot fetch ${url}: HTTP ${response.status}`);
}

async function unpack(archive: string, member: string, folder: string): Promise<string> {
  await promisify(execFile)('tar', ['-xzf', archive, '-C', folder, member]);
  const program = join(folder, member);
  if (!existsSync(program)) throw new RigError('DOWNLOAD_FAILED', `${archive} has no ${member}`);
  return program;
}
