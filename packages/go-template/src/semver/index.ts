/** Masterminds/semver v3: versions and version constraints. */
export { Constraints } from './constraint.ts';
export { parseVersion } from './parse.ts';
export { Version } from './version.ts';
