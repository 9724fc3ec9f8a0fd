import { type Environment, SECRET_VARIABLES } from '../edges.ts';

/**
 * The environment as it stands, with the secrets in it; the process keeps it without them, and what it starts inherits none. Variables are
 * found by their names in capital letters on Windows too, where any spelling is one name.
 */
export function takeEnvironment(own: NodeJS.ProcessEnv, platform: NodeJS.Platform): Environment {
  const taken = { ...own };
  if (platform === 'win32') {
    for (const [name, value] of Object.entries(own)) taken[name.toUpperCase()] = value;
  }
  for (const name of SECRET_VARIABLES) delete own[name];
  return taken;
}
