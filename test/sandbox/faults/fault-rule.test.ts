import { describe, expect, test } from 'vitest';
import { isCliError } from '../../../src/errors.ts';
import { type FaultEffect, parseFaultRule } from '../../../src/sandbox/faults/fault-rule.ts';
import { hintOf } from '../../support/failure.ts';

const FOREVER = Number.POSITIVE_INFINITY;

test.each<[rule: string, effect: FaultEffect, times: number]>([
  ['POST /api/organizations=503x2', { kind: 'status', status: 503, retryAfter: 1 }, 2],
  ['/api/*=429', { kind: 'status', status: 429, retryAfter: 1 }, FOREVER],
  ['/api/*=503:30@5%', { kind: 'status', status: 503, retryAfter: 30 }, FOREVER],
  ['/api/*=500:0x2', { kind: 'status', status: 500, retryAfter: 0 }, 2],
  ['GET /a=latency:500', { kind: 'latency', leastMs: 500, mostMs: 500 }, FOREVER],
  ['GET /a=latency:50-500x9', { kind: 'latency', leastMs: 50, mostMs: 500 }, 9],
  ['GET /a=latency:0x3', { kind: 'latency', leastMs: 0, mostMs: 0 }, 3],
  ['* /a=reset-before', { kind: 'reset-before' }, FOREVER],
  ['delete /a = reset-afterx1', { kind: 'reset-after' }, 1],
  ['*=truncatex10', { kind: 'truncate' }, 10],
  ['  GET   /a=404  ', { kind: 'status', status: 404, retryAfter: undefined }, FOREVER],
  ['POST /a=503-afterx1', { kind: 'status-after', status: 503 }, 1],
  ['POST /a=reset-after@50%x1', { kind: 'reset-after' }, 1],
  ['database-down', { kind: 'database-down' }, FOREVER],
])('%s', (rule, effect, times) => {
  const parsed = parseFaultRule(rule);
  expect([parsed.effect, parsed.times]).toEqual([effect, times]);
});

test.each<[rule: string, chance: number]>([
  ['/a=503', 1],
  ['/a=503@5%', 0.05],
  ['/a=503-after@0.5%x3', 0.005],
  ['/a=truncate@100%', 1],
])('%s has the chance %d', (rule, chance) => {
  expect(parseFaultRule(rule).chance).toBe(chance);
});

test.each<[rule: string, method: string, path: string, matches: boolean]>([
  ['POST /api/a=500', 'POST', '/api/a', true],
  ['POST /api/a=500', 'GET', '/api/a', false],
  ['post /api/a=500', 'POST', '/api/a', true],
  ['/api/a=500', 'DELETE', '/api/a', true],
  ['* /api/a=500', 'DELETE', '/api/a', true],
  ['/api/a=500', 'GET', '/api/a/b', false],
  ['/api/*=500', 'GET', '/api/a/b', true],
  ['/api/*/b=500', 'GET', '/api/a/b', true],
  ['/api/*/b=500', 'GET', '/api/a/c', false],
  ['*=500', 'GET', '/', true],
  ['*/b=500', 'GET', '/a/b', true],
  ['/a.b=500', 'GET', '/axb', false],
  ['/a+(b)=500', 'GET', '/a+(b)', true],
  ['/a=b=500', 'GET', '/a=b', true],
  ['/a*b*a=500', 'GET', '/aba', true],
  ['/a*ba=500', 'GET', '/aba', true],
  ['/aba*ba=500', 'GET', '/aba', false],
  ['/*a*a*=500', 'GET', '/ba', false],
  ['/**=500', 'GET', '/', true],
])('%s and %s %s', (rule, method, path, matches) => {
  expect(parseFaultRule(rule).matches(method, path)).toBe(matches);
});

test.each<[rule: string, forMs: number]>([
  ['database-down', FOREVER],
  ['database-down@5s', 5_000],
  ['database-down@250ms', 250],
])('%s lasts %d ms', (rule, forMs) => {
  expect(parseFaultRule(rule).forMs).toBe(forMs);
});

test.each<[path: string, isAway: boolean]>([
  ['/management/v1/orgs/me', true],
  ['/.well-known/openid-configuration', true],
  ['/debug/ready', true],
  ['/debug/healthz', false],
  ['/api/organizations', false],
])('without a database %s is away: %s', (path, isAway) => {
  expect(parseFaultRule('database-down').matches('GET', path)).toBe(isAway);
});

describe('what is not a rule', () => {
  test.each([
    ['', 'it has no =EFFECT'],
    ['POST /api', 'it has no =EFFECT'],
    ['--', 'it has no =EFFECT'],
    ['POST /api=', 'it has not the form of one'],
    ['=503', 'it has not the form of one'],
    ['POST /a b=503', 'it has not the form of one'],
    ['POST api=503', 'its path "api" does not begin with /'],
    ['/a?page=2=503', 'a path is matched without its query'],
    ['/a=200', 'there is no effect "200"'],
    ['/a=600', 'there is no effect "600"'],
    ['/a=slow', 'there is no effect "slow"'],
    ['/a=latency:', 'there is no effect "latency:"'],
    ['/a=latency:600001', 'there is no effect "latency:600001"'],
    ['/a=latency:500-50', 'there is no effect "latency:500-50"'],
    ['/a=latency:50-', 'there is no effect "latency:50-"'],
    ['/a=503:', 'there is no effect "503:"'],
    ['/a=503:86401', 'there is no effect "503:86401"'],
    ['/a=503-after:5', 'there is no effect "503-after:5"'],
    ['/_sandbox/reset=503', "the sandbox's own controls never fail"],
    ['POST /_sandbox/*=503', "the sandbox's own controls never fail"],
    ['/_sandbox*=503', "the sandbox's own controls never fail"],
    ['/a=503x', 'there is no effect "503x"'],
    ['/a=503x-1', 'there is no effect "503x-1"'],
    ['/a=503x0', 'it is for no request at all'],
    ['/a=503@0%', 'it is for no request at all'],
    ['/a=503@101%', 'its chance 101% is more than 100%'],
    ['/a=503@5', 'there is no effect "503@5"'],
    ['/a=503x2@5%', 'there is no effect "503x2"'],
    ['/a=200-after', 'there is no effect "200-after"'],
    ['/a=latency-after', 'there is no effect "latency-after"'],
  ])('%j', (rule, reason) => {
    const error = thrownBy(() => parseFaultRule(rule));
    expect(isCliError(error) && [error.code, error.message]).toEqual(['usage', `${JSON.stringify(rule)} is not a fault rule: ${reason}`]);
    expect(isCliError(error) && hintOf(error)).toContain('PATH=EFFECT[@CHANCE%][xTIMES]');
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
