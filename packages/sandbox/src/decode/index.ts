/** Reading objects of built-in kinds the way the API server's Go types do: see decode.ts. */
export { createDecoder, type Decoded, DecodeError, type Decoder } from './decode.ts';
export { findDuplicates } from './duplicates.ts';
export { canonicalQuantity, parseQuantity } from './quantity.ts';
