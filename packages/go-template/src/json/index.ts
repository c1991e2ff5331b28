/** Go's encoding/json over the value model. */
export { type Decoded, decodeJson } from './decode.ts';
export { type EncodeOptions, encodeJson } from './encode.ts';
