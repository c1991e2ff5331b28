import { describe, expect, it } from 'vitest';
import { compileText, hasTemplate, templateMessage } from './text.ts';

describe('compileText', () => {
  it.each([
    ['plain', false, 'no action'],
    ['$(VAR) {x} }}', false, 'other languages’ braces stay as they are'],
    ['{{ .uid }}', true, 'an action'],
    ['a{{/* note */}}b', true, 'a comment is an action too'],
  ])('%s has a template: %s (%s)', (source, expected) => {
    expect(hasTemplate(source)).toBe(expected);
    expect(compileText(source)).toMatchObject({
      ok: true,
      text: { kind: expected ? 'template' : 'constant' },
    });
  });

  it.each([
    ['{{ .uid', 'unclosed action', 'not closed'],
    ['{{ if .uid }}', 'unexpected EOF', 'no end'],
    ['{{ nosuch .uid }}', 'function "nosuch" not defined', 'no such function'],
    ['{{ env "HOME" }}', 'function "env" not defined', 'the environment is out of reach'],
    ['{{ expandenv "$HOME" }}', 'function "expandenv" not defined', 'also this way'],
    ['{{ getHostByName "x" }}', 'function "getHostByName" not defined', 'and the network too'],
  ])('%s is refused with "%s": %s', (source, message) => {
    const outcome = compileText(source);
    expect(outcome.ok ? '' : outcome.message).toContain(message);
  });

  it('passes on what is no error of the engine', () => {
    const fault = new RangeError('ours');
    expect(() => templateMessage(fault)).toThrow(fault);
  });
});
