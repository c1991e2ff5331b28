/** *semver.Version and semver.Version with the methods that templates can call. */
import { type FuncSpec, func } from '../funcs/table.ts';
import { GoError } from '../value/goerror.ts';
import { Int } from '../value/int.ts';
import { Struct } from '../value/struct.ts';
import { BOOL, INT, STRING, structType, type Type, UINT64 } from '../value/type.ts';
import type { Value } from '../value/value.ts';
import { compareVersions, type Parts } from './compare.ts';
import { checkMetadata, checkPrerelease } from './parse.ts';

interface Fields extends Parts {
  readonly metadata: string;
  /** The text it was read from; methods that make a new version write it anew, with the v it had. */
  readonly original: string;
}

const POINTER = structType<Version>('*semver.Version', 'ptr');
const VALUE = structType<Version>('semver.Version');

const FIELDS = ['major', 'minor', 'patch', 'prerelease', 'metadata', 'original'] as const;
/** As Go's type spells them. */
const UNEXPORTED = new Set(['major', 'minor', 'patch', 'pre', 'metadata', 'original']);

export class Version extends Struct implements Fields {
  override readonly type: Type;
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
  readonly original: string;

  private constructor(fields: Fields, type: Type) {
    super();
    this.type = type;
    this.major = fields.major;
    this.minor = fields.minor;
    this.patch = fields.patch;
    this.prerelease = fields.prerelease;
    this.metadata = fields.metadata;
    this.original = fields.original;
  }

  static readonly type: Type<Version> = POINTER;

  static pointer(fields: Fields): Version {
    return new Version(fields, POINTER);
  }

  /** What is left of a version whose unexported fields were not copied. */
  cleared(): Version {
    return new Version(
      { major: 0n, minor: 0n, patch: 0n, prerelease: '', metadata: '', original: '' },
      this.type,
    );
  }

  get isPointer(): boolean {
    return this.type === POINTER;
  }

  override toText(): string {
    const prerelease = this.prerelease === '' ? '' : `-${this.prerelease}`;
    const metadata = this.metadata === '' ? '' : `+${this.metadata}`;
    return `${this.major}.${this.minor}.${this.patch}${prerelease}${metadata}`;
  }

  override allFields(): ReadonlyMap<string, Value> {
    return new Map<string, Value>([
      ['major', uint64(this.major)],
      ['minor', uint64(this.minor)],
      ['patch', uint64(this.patch)],
      ['pre', this.prerelease],
      ['metadata', this.metadata],
      ['original', this.original],
    ]);
  }

  override json(): Value {
    return this.toText();
  }

  override equals(other: Struct): boolean {
    if (this === other || this.isPointer || !(other instanceof Version)) return this === other;
    return this.toText() === other.toText() && this.original === other.original;
  }

  override deepEquals(other: Struct): boolean {
    return other instanceof Version && FIELDS.every((name) => this[name] === other[name]);
  }

  override get unexported(): ReadonlySet<string> {
    return UNEXPORTED;
  }

  override method(name: string): FuncSpec | undefined {
    const own = VALUE_METHODS.get(name) ?? (this.isPointer ? POINTER_METHODS.get(name) : undefined);
    return own?.(this);
  }

  /** A changed copy, a value and no pointer, whose original text is the new one. */
  changed(fields: Partial<Fields>): Version {
    const bare = new Version({ ...this.plain(), ...fields }, VALUE);
    const prefix = this.original.startsWith('v') ? 'v' : '';
    return new Version({ ...bare.plain(), original: prefix + bare.toText() }, VALUE);
  }

  plain(): Fields {
    const { major, minor, patch, prerelease, metadata, original } = this;
    return { major, minor, patch, prerelease, metadata, original };
  }
}

type Bind = (version: Version) => FuncSpec;

const uint64 = (value: bigint): Value => new Int(UINT64, BigInt.asUintN(64, value));

const VALUE_METHODS = new Map<string, Bind>([
  ['String', (version) => func([], STRING, () => version.toText())],
  ['Major', (version) => func([], UINT64, () => uint64(version.major))],
  ['Minor', (version) => func([], UINT64, () => uint64(version.minor))],
  ['Patch', (version) => func([], UINT64, () => uint64(version.patch))],
  ['Prerelease', (version) => func([], STRING, () => version.prerelease)],
  ['Metadata', (version) => func([], STRING, () => version.metadata)],
  [
    'IncPatch',
    (version) =>
      func([], VALUE, () =>
        version.changed({
          prerelease: '',
          metadata: '',
          patch: version.prerelease === '' ? version.patch + 1n : version.patch,
        }),
      ),
  ],
  [
    'IncMinor',
    (version) =>
      func([], VALUE, () =>
        version.changed({ prerelease: '', metadata: '', patch: 0n, minor: version.minor + 1n }),
      ),
  ],
  [
    'IncMajor',
    (version) =>
      func([], VALUE, () =>
        version.changed({ prerelease: '', metadata: '', patch: 0n, minor: 0n, major: version.major + 1n }),
      ),
  ],
  [
    'SetPrerelease',
    (version) =>
      func([STRING], VALUE, (_, prerelease) => {
        checkPrerelease(prerelease);
        return version.changed({ prerelease });
      }),
  ],
  [
    'SetMetadata',
    (version) =>
      func([STRING], VALUE, (_, metadata) => {
        checkMetadata(metadata);
        return version.changed({ metadata });
      }),
  ],
]);

const POINTER_METHODS = new Map<string, Bind>([
  ['Original', (version) => func([], STRING, () => version.original)],
  [
    'Compare',
    (version) => func([POINTER], INT, (_, other) => BigInt(compareVersions(version, present(other)))),
  ],
  [
    'LessThan',
    (version) => func([POINTER], BOOL, (_, other) => compareVersions(version, present(other)) < 0),
  ],
  [
    'LessThanEqual',
    (version) => func([POINTER], BOOL, (_, other) => compareVersions(version, present(other)) <= 0),
  ],
  [
    'GreaterThan',
    (version) => func([POINTER], BOOL, (_, other) => compareVersions(version, present(other)) > 0),
  ],
  [
    'GreaterThanEqual',
    (version) => func([POINTER], BOOL, (_, other) => compareVersions(version, present(other)) >= 0),
  ],
  [
    'Equal',
    (version) => func([POINTER], BOOL, (_, other) => other !== null && compareVersions(version, other) === 0),
  ],
]);

function present(version: Version | null): Version {
  if (version === null) throw new GoError('runtime error: invalid memory address or nil pointer dereference');
  return version;
}
