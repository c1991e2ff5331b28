/** Constants: as commands, where their syntax decides the type, and as arguments, where the parameter does. */
import { type NumberNode, nodeText, type Operand } from '../parse/index.ts';
import { Complex } from '../value/complex.ts';
import { Int, wrapInteger } from '../value/int.ts';
import { INT, isSignedKind, isUnsignedKind, REFLECT, type Type } from '../value/type.ts';
import type { Value } from '../value/value.ts';

/** A value, or the error that the use of the constant is. */
export type Constant = { readonly value: Value } | { readonly error: string };

/** The type that a number's own syntax asks for (idealConstant). */
export function idealConstant(node: NumberNode): Constant {
  if (node.complex !== undefined) return { value: new Complex(node.complex.re, node.complex.im) };
  const isHexInt = /^0[xX]./.test(node.text) && !/[pP]/.test(node.text);
  const isRune = node.text.startsWith("'");
  if (node.float !== undefined && !isHexInt && !isRune && /[.eEpP]/.test(node.text))
    return { value: node.float };
  if (node.int !== undefined) return { value: node.int };
  return node.uint === undefined ? { value: undefined } : { error: `${node.text} overflows int` };
}

type Literal = Extract<Operand, { kind: 'bool' | 'string' | 'number' }>;

/** The constant as an argument of a type (the tail of evalArg). */
export function constantAs(node: Literal, type: Type): Constant {
  const { kind } = type;
  if (kind === 'interface' || type === REFLECT) {
    if (node.kind === 'number') return idealConstant(node);
    return { value: node.kind === 'bool' ? node.value : node.text };
  }
  if (kind === 'bool') return node.kind === 'bool' ? { value: node.value } : expected('bool', node);
  if (kind === 'string') return node.kind === 'string' ? { value: node.text } : expected('string', node);
  const number = node.kind === 'number' ? node : undefined;
  if (kind === 'float64')
    return number?.float === undefined ? expected('float', node) : { value: number.float };
  if (isSignedKind(kind))
    return number?.int === undefined ? expected('integer', node) : integer(type, number.int);
  if (isUnsignedKind(kind)) {
    return number?.uint === undefined ? expected('unsigned integer', node) : integer(type, number.uint);
  }
  if (kind === 'complex128') {
    const complex = number?.complex;
    return complex === undefined ? expected('complex', node) : { value: new Complex(complex.re, complex.im) };
  }
  return { error: `can't handle ${nodeText(node)} for arg of type ${type.name}` };
}

function expected(what: string, node: Operand): Constant {
  return { error: `expected ${what}; found ${nodeText(node)}` };
}

function integer(type: Type, value: bigint): Constant {
  return { value: type === INT ? value : new Int(type, wrapInteger(type.kind, value)) };
}
