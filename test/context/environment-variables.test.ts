import { describe, expect, test } from 'vitest';
import { TOPICS } from '../../src/commands/help/topics.ts';
import { tidyEnvironment, VARIABLE_NAMES } from '../../src/context/environment-variables.ts';

test('each variable of ours that the help names is tidied', () => {
  const text = TOPICS.find(({ name }) => name === 'environment')?.text ?? '';
  const named = [...text.matchAll(/^ {2}(FLOWKIWI_\w+)/gm)].map(([, name]) => name);
  expect([...VARIABLE_NAMES].sort()).toEqual(named.sort());
});

describe.each(VARIABLE_NAMES)('%s', (name) => {
  const read = (value: string) => tidyEnvironment({ [name]: value }).env[name];

  test('loses a line end and a byte order mark, and says so', () => {
    expect(['text\n', 'text\r\n', '\uFEFFtext'].map(read)).toEqual(['text', 'text', 'text']);
    expect(tidyEnvironment({ [name]: 'text\n' }).changes).toMatchObject([{ notice: `${name}: the line end was taken off` }]);
  });

  test('loses quotes around it, with a warning, unless it is a path', () => {
    if (['FLOWKIWI_CONFIG_DIR', 'FLOWKIWI_KEY_FILE'].includes(name)) return expect(read('"text"')).toBe('"text"');
    expect(tidyEnvironment({ [name]: '"text"' })).toMatchObject({
      env: { [name]: 'text' },
      changes: [{ warning: `${name} has quotes around it, which were taken off` }],
    });
  });

  test('is refused with a control character, here or where it is used', () => {
    if (/TOKEN|URL|ISSUER|KEY_FILE/.test(name)) expect(read('te\0xt')).toBe('te\0xt');
    else expect(() => read('te\0xt')).toThrow(`${name} has a control character (U+0000)`);
  });
});

test('what is set and empty stays so, and what is not ours is not touched', () => {
  expect(tidyEnvironment({ FLOWKIWI_TOKEN: '', OTHER: '"x"\n' }).env).toEqual({ FLOWKIWI_TOKEN: '', OTHER: '"x"\n' });
});
