/** The language as Kubernetes has it: CEL's own functions and the libraries that the API server adds. */
import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import { registerCollections } from './library/collections.ts';
import { registerFormats } from './library/formats.ts';
import { registerNetwork } from './library/network.ts';
import { registerPresence, rewritePresence } from './library/presence.ts';
import { registerQuantity } from './library/quantity.ts';
import { registerText } from './library/text.ts';

/** Rules run here: values carry their types themselves. */
export const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
});
for (const register of [
  registerText,
  registerCollections,
  registerNetwork,
  registerQuantity,
  registerFormats,
  registerPresence,
])
  register(environment);

const programs = new Map<string, ParseResult | Error>();

/** The compiled expression, or why it does not compile. */
export function compile(source: string): ParseResult | Error {
  let found = programs.get(source);
  if (!found) {
    try {
      found = environment.parse(rewritePresence(source));
    } catch (error) {
      found = error as Error;
    }
    programs.set(source, found);
  }
  return found;
}
