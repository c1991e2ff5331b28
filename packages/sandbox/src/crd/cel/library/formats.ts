/** Named formats: `format.dns1123Label().validate(self.name)` answers with what is wrong, or with nothing. */
import { type Environment, Optional } from '@marcbachmann/cel-js';
import {
  label1035Errors,
  labelErrors,
  labelValueErrors,
  qualifiedErrors,
  subdomainErrors,
} from '../../../registry/names.ts';
import { formats } from '../../formats.ts';

class Format {
  readonly validate: (text: string) => readonly string[];
  constructor(validate: (text: string) => readonly string[]) {
    this.validate = validate;
  }
}
/** What `format.uuid()` is called on. */
class FormatNamespace {}

const test = (name: string, problem: string) => (text: string) => (formats[name]?.(text) ? [] : [problem]);
/** With the suffix of a `generateName`, which may end in a hyphen. */
const prefix = (check: (text: string) => readonly string[]) => (text: string) =>
  check(text.endsWith('-') ? `${text.slice(0, -1)}a` : text);

const FORMATS: Record<string, (text: string) => readonly string[]> = {
  dns1123Label: labelErrors,
  dns1123Subdomain: subdomainErrors,
  dns1035Label: label1035Errors,
  dns1123LabelPrefix: prefix(labelErrors),
  dns1123SubdomainPrefix: prefix(subdomainErrors),
  dns1035LabelPrefix: prefix(label1035Errors),
  qualifiedName: qualifiedErrors,
  labelValue: labelValueErrors,
  uri: test('uri', 'invalid URL'),
  uuid: test('uuid', 'does not match the UUID format'),
  byte: test('byte', 'invalid base64'),
  date: test('date', 'invalid date'),
  datetime: test('date-time', 'invalid datetime'),
};

export function registerFormats(env: Environment): void {
  env.registerType('kubernetes.NamedFormat', Format);
  env.registerType('FormatNamespace', FormatNamespace);
  env.registerConstant('format', 'FormatNamespace', new FormatNamespace());
  for (const [name, validate] of Object.entries(FORMATS)) {
    const format = new Format(validate);
    env.registerFunction(`FormatNamespace.${name}(): kubernetes.NamedFormat`, () => format);
  }
  env.registerOperator('optional<list<string>> == null', () => false);
  env.registerFunction(
    'kubernetes.NamedFormat.validate(string): optional<list<string>>',
    (format: Format, text: string) => {
      const errors = format.validate(text);
      return errors.length === 0 ? Optional.none() : Optional.of([...errors]);
    },
  );
}
