import type { Context } from '../../context/context.ts';
import { CliError, EXIT_STATUS } from '../../errors.ts';
import { hintText, shellOf } from '../../output/command-text.ts';
import { type Result, valueResult } from '../kit/result.ts';
import { askApi, checkApi, checkClock, checkProfile, checkSignIn, checkSignInServer } from './connection-checks.ts';
import { examined, type Finding, type Healthy } from './finding.ts';
import { checkCompletion, checkNode, checkProxyAndCertificates, checkStoredFiles, checkTerminal } from './machine-checks.ts';

/** Carries out every check, one after the other, and fails with the problem that comes first. Never prints a secret, never prompts. */
export async function examine(context: Context): Promise<Result> {
  const { edges, options } = context;
  const findings: Finding[] = [];
  const check = async (name: string, look: () => Promise<Healthy> | Healthy) => {
    findings.push(await examined(name, edges.interruption, look));
  };
  await check('node', () => checkNode(edges));
  await check('files', () => checkStoredFiles(context));
  await check('profile', () => checkProfile(context));
  await check('proxy', () => checkProxyAndCertificates(context));
  const answer = askApi(context);
  await check('api', () => checkApi(answer));
  await check('clock', () => checkClock(context, answer));
  await check('sign_in_server', () => checkSignInServer(context, answer));
  await check('sign_in', () => checkSignIn(context, answer));
  await check('terminal', () => checkTerminal(context));
  await check('completion', () => checkCompletion(edges));

  const how = { shell: shellOf(edges.env, edges.platform), profile: options.profile };
  const report = findings.map(({ check: name, message, cure, problem }) => ({
    check: name,
    ok: problem === undefined,
    message,
    cure: (cure && hintText(cure, how)) ?? null,
  }));
  const width = Math.max(...report.map(({ check: name }) => name.length));
  const lines = report.flatMap(({ check: name, ok, message, cure }) => [
    `${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(width)}  ${message}`,
    ...(cure === null ? [] : [`      ${''.padEnd(width)}  ${ok ? 'tip' : 'cure'}: ${cure}`]),
  ]);
  return valueResult(report, lines, { failure: failureOf(findings) });
}

/** Exit statuses in the order in which problems are to be cured: without the network nothing else can be told. */
const ORDER: readonly number[] = [EXIT_STATUS.unavailable, EXIT_STATUS.auth, EXIT_STATUS.usage];

function failureOf(findings: readonly Finding[]): CliError | undefined {
  const problems = findings.flatMap(({ check, problem }) => (problem === undefined ? [] : [{ check, problem }]));
  const place = (status: number) => (ORDER.includes(status) ? ORDER.indexOf(status) : ORDER.length);
  const [first] = problems.toSorted((one, other) => place(one.problem.exitStatus) - place(other.problem.exitStatus));
  if (first === undefined) return undefined;
  const { code, hint, message } = first.problem;
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  return new CliError(code, `${first.check}: ${message}${more}`, { hint });
}
