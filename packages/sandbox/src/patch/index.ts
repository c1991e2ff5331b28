/** The three ordinary patch kinds: JSON patch (RFC 6902), merge patch (RFC 7386), strategic merge patch. */
export { PatchError } from './error.ts';
export { jsonPatch, unknownMembers } from './json.ts';
export { mergePatch } from './merge.ts';
export { strategicPatch } from './strategic.ts';
