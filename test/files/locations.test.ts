import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { configDirectory } from '../../src/files/locations.ts';

const at = (FLOWKIWI_CONFIG_DIR: string) =>
  configDirectory({ env: { FLOWKIWI_CONFIG_DIR }, platform: process.platform, homeDirectory: '/home/jane' });

test.each([
  ['~/x', join('/home/jane', 'x')],
  ['~', '/home/jane'],
  ['x/y', resolve('x/y')],
  ['./x', resolve('x')],
  ['../x', resolve('../x')],
])('FLOWKIWI_CONFIG_DIR=%s is refused, with what to write', (given, meant) => {
  expect(() => at(given)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: `FLOWKIWI_CONFIG_DIR is ${JSON.stringify(given)}, which is no absolute path`,
      hint: expect.stringMatching(new RegExp(` ${meant}$`)),
    }),
  );
});

test('an absolute one is taken', () => {
  expect(at('/srv/flowkiwi')).toBe('/srv/flowkiwi');
});
