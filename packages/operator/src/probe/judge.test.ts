import { describe, expect, it } from 'vitest';
import type { Answer, HostVerdict, ProbeReason } from './index.ts';
import { judgeAnswer, judgeReport } from './judge.ts';

describe('judgeAnswer', () => {
  it.each<[answer: Answer, reason: ProbeReason, message: string]>([
    [{ kind: 'answered', status: 200 }, 'Answering', 'it answers 200'],
    [{ kind: 'answered', status: 399 }, 'Answering', 'it answers 399'],
    [{ kind: 'answered', status: 400 }, 'UnexpectedAnswer', 'it answers 400'],
    [{ kind: 'answered', status: 503 }, 'UnexpectedAnswer', 'it answers 503'],
    [{ kind: 'answered', status: 101 }, 'UnexpectedAnswer', 'it answers 101'],
    [
      { kind: 'answered', status: 302, location: 'https://login.example.com/' },
      'Answering',
      'it answers 302 to https://login.example.com/, which is not followed',
    ],
    [
      { kind: 'untrusted', detail: 'it has expired' },
      'CertificateUntrusted',
      'its certificate is not trusted: it has expired',
    ],
    [{ kind: 'silent', detail: 'no answer within 5 s' }, 'NotAnswering', 'no answer within 5 s'],
  ])('%j -> %s, %s', (answer, reason, message) => {
    expect(judgeAnswer('a.example.com', answer)).toEqual({ host: 'a.example.com', reason, message });
  });
});

const verdict = (host: string, reason: ProbeReason): HostVerdict => ({ host, reason, message: 'm' });

describe('judgeReport', () => {
  it.each<[verdicts: HostVerdict[], expected: string | undefined, reason: string]>([
    [[], undefined, 'nobody was asked'],
    [[verdict('a', 'Answering')], 'True Answering: a: m', 'one host'],
    [
      [verdict('a', 'Answering'), verdict('b', 'UnexpectedAnswer')],
      'False UnexpectedAnswer: b: m',
      'the one that is not well is named',
    ],
    [
      [verdict('a', 'UnexpectedAnswer'), verdict('b', 'NotAnswering'), verdict('c', 'CertificateUntrusted')],
      'False NotAnswering: b: m',
      'the worst first',
    ],
    [
      [verdict('a', 'AddressNotAllowed')],
      'Unknown AddressNotAllowed: a: m',
      'nobody knows whether it answers',
    ],
    [
      ['a', 'b', 'c', 'd', 'e'].map((host) => verdict(host, 'Answering')),
      'True Answering: a: m; b: m; c: m; and 2 more',
      'a few are named',
    ],
  ])('%j -> %s (%s)', (verdicts, expected) => {
    const found = judgeReport({ verdicts });
    expect(found && `${found.status} ${found.reason}: ${found.message}`).toBe(expected);
  });
});
