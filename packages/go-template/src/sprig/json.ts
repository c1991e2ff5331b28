/** sprig's JSON functions. Without `must` an error is nil or empty text, save that toRawJson fails. */
import type { FuncSpec } from '../funcs/table.ts';
import { func } from '../funcs/table.ts';
import { decodeJson, type EncodeOptions, encodeJson } from '../json/index.ts';
import { GoError } from '../value/goerror.ts';
import { ANY, STRING } from '../value/type.ts';
import type { Value } from '../value/value.ts';

const COMPACT: EncodeOptions = { escapeHtml: true };
const PRETTY: EncodeOptions = { escapeHtml: true, indent: '  ' };
const RAW: EncodeOptions = { escapeHtml: false };

const mustToRawJson = func([ANY], STRING, (_, value) => encodeJson(value, RAW));

export const json: Readonly<Record<string, FuncSpec>> = {
  fromJson: func([STRING], ANY, (_, text) => decodeJson(text).value),
  mustFromJson: func([STRING], ANY, (_, text) => {
    const { value, error } = decodeJson(text);
    if (error !== undefined) throw error;
    return value;
  }),
  toJson: func([ANY], STRING, (_, value) => textOrNothing(value, COMPACT)),
  mustToJson: func([ANY], STRING, (_, value) => encodeJson(value, COMPACT)),
  toPrettyJson: func([ANY], STRING, (_, value) => textOrNothing(value, PRETTY)),
  mustToPrettyJson: func([ANY], STRING, (_, value) => encodeJson(value, PRETTY)),
  toRawJson: mustToRawJson,
  mustToRawJson,
};

function textOrNothing(value: Value, options: EncodeOptions): string {
  try {
    return encodeJson(value, options);
  } catch (error) {
    if (error instanceof GoError) return '';
    throw error;
  }
}
