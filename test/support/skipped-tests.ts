import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { MISSING, wordsFor } from './needs.mts';
import { HOW_TO_INSTALL, isProgram } from './programs.mjs';

/** Says of each test that is skipped for what is missing here what that is, and at the end how many need what. Otherwise prints nothing. */
export default class SkippedTests implements Reporter {
  #log: (line: string) => void = () => undefined;

  onInit(vitest: Vitest): void {
    this.#log = (line) => vitest.logger.log(line);
  }

  onTestModuleEnd(module: TestModule): void {
    for (const test of module.children.allTests('skipped')) {
      const needs = inWords(missingOf(test));
      if (needs !== '') this.#log(`   ↓ ${test.fullName} [needs ${needs}]`);
    }
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    for (const line of summarizeSkipped(skipped.map(missingOf))) this.#log(line);
  }
}

/**
 * The lines that end a run in which tests were skipped for what is missing here. Those that want a program come first, with how to install it.
 *
 * @param skipped for each skipped test, the tags of what it needs and is missing
 */
export function summarizeSkipped(skipped: readonly (readonly string[])[]): readonly string[] {
  const wantPrograms = skipped.filter((tags) => tags.some(isProgram));
  const wantOthers = skipped.filter((tags) => tags.length > 0 && !tags.some(isProgram));
  return [
    ...(wantPrograms.length > 0 ? [`${countSkipped(wantPrograms)} · ${HOW_TO_INSTALL}`] : []),
    ...(wantOthers.length > 0 ? [countSkipped(wantOthers)] : []),
  ];
}

function countSkipped(skipped: readonly (readonly string[])[]): string {
  const counts = new Map<string, number>();
  for (const tags of skipped) {
    const needs = inWords(tags);
    counts.set(needs, (counts.get(needs) ?? 0) + 1);
  }
  const groups = [...counts].sort(([, one], [, other]) => other - one);
  const parts = groups.map(([needs, count]) => `${count} ${count === 1 ? 'needs' : 'need'} ${needs}`);
  return `${skipped.length} ${skipped.length === 1 ? 'test' : 'tests'} skipped: ${parts.join(', ')}`;
}

function missingOf({ tags }: TestCase): readonly string[] {
  return tags.filter((tag) => MISSING.has(tag)).sort();
}

function inWords(tags: readonly string[]): string {
  return new Intl.ListFormat('en').format(tags.map(wordsFor));
}
