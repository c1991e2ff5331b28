import { describe, expect, it } from 'vitest';
import { expressionProblem, judgeExpression } from './expression.ts';

const object = {
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'w', generation: 3 },
  status: {
    phase: 'Running',
    observedGeneration: 3,
    replicas: 2,
    conditions: [{ type: 'Ready', status: 'True' }],
  },
};

describe('judgeExpression', () => {
  it.each([
    ["object.status.phase == 'Running'", 'ready', 'a string'],
    ['object.status.observedGeneration == object.metadata.generation', 'ready', 'whole numbers compare'],
    ['object.status.replicas >= 3', 'waiting', 'with an int literal'],
    ["object.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')", 'ready', 'a macro'],
    ["has(object.status.url) && object.status.url != ''", 'waiting', 'has() of a field that is not there'],
    ["object.status.url == 'x'", 'waiting', 'a field that is not there yet'],
    ["'text'", 'failed', 'no boolean'],
  ])('%s: %s, %s', (expression, state) => {
    expect(judgeExpression(expression, object).state).toBe(state);
  });
});

describe('expressionProblem', () => {
  it.each([
    ['object.status.ready', undefined],
    ['object.status.', 'readyWhen does not parse'],
    ["object.x == 'unclosed", 'readyWhen does not parse'],
  ])('%s', (expression, problem) => {
    if (problem === undefined) expect(expressionProblem(expression)).toBeUndefined();
    else expect(expressionProblem(expression)).toContain(problem);
  });
});
