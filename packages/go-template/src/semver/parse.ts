/** Reading versions: leniently, as semver.NewVersion does ("v1", "1.2"). */
import { parseUint } from '../strconv/index.ts';
import { GoError } from '../value/goerror.ts';
import { Version } from './version.ts';

const VERSION =
  /^v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?(-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** @throws GoError for what is no version */
export function parseVersion(text: string): Version {
  const match = VERSION.exec(text);
  if (match === null) throw new GoError('Invalid Semantic Version');
  const prerelease = match[5] ?? '';
  const major = segment(match[1]!);
  const minor = segment(match[2]?.slice(1) ?? '0');
  const patch = segment(match[3]?.slice(1) ?? '0');
  checkPrerelease(prerelease);
  return Version.pointer({ major, minor, patch, prerelease, metadata: match[7] ?? '', original: text });
}

function segment(digits: string): bigint {
  const parsed = parseUint(digits, 10);
  if (parsed.error !== undefined) {
    throw new GoError(
      `Error parsing version segment: strconv.ParseUint: parsing "${digits}": value out of range`,
    );
  }
  return parsed.value;
}

/** @throws GoError for a numeric part with leading zeros or a character that may not stand there */
export function checkPrerelease(text: string): void {
  for (const part of text.split('.')) {
    if (/^[0-9]*$/.test(part)) {
      if (part.length > 1 && part.startsWith('0')) throw new GoError('Version segment starts with 0');
    } else if (!/^[0-9A-Za-z-]*$/.test(part)) throw new GoError('Invalid Prerelease string');
  }
}

/** @throws GoError for a character that may not stand there */
export function checkMetadata(text: string): void {
  if (!/^[0-9A-Za-z.-]*$/.test(text)) throw new GoError('Invalid Metadata string');
}
