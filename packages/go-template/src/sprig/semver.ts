/** sprig's versions. */
import type { FuncSpec } from '../funcs/table.ts';
import { func } from '../funcs/table.ts';
import { Constraints, parseVersion, Version } from '../semver/index.ts';
import { BOOL, STRING } from '../value/type.ts';

export const semver: Readonly<Record<string, FuncSpec>> = {
  semver: func([STRING], Version.type, (_, text) => parseVersion(text)),
  semverCompare: func([STRING, STRING], BOOL, (_, constraint, version) => {
    const constraints = Constraints.parse(constraint);
    return constraints.check(parseVersion(version));
  }),
};
