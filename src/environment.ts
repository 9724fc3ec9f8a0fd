export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a yes-or-no variable of the environment, such as `CI`, says yes. */
export function saysYes(env: Environment, name: string): boolean {
  return !['', '0', 'false', 'no'].includes((env[name] ?? '').toLowerCase());
}

/** What there is to say of a variable that is set, and empty: a secret that a CI does not have is. Undefined for any other. */
export function emptyVariable(env: Environment, name: string): string | undefined {
  return env[name]?.trim() === '' ? `${name} is set, and empty, as a secret is that the CI does not have` : undefined;
}

/** Some systems of continuous integration do not set `CI`. */
const CI_VARIABLES = ['CI', 'GITHUB_ACTIONS', 'GITLAB_CI', 'TF_BUILD', 'JENKINS_URL', 'TEAMCITY_VERSION', 'CODEBUILD_BUILD_ID'];

/** Whether the environment is that of a job of continuous integration. */
export function isCi(env: Environment): boolean {
  return CI_VARIABLES.some((name) => saysYes(env, name));
}

/** What coding agents set in the terminals in which they run commands. */
const AGENT_VARIABLES = ['AI_AGENT', 'CLAUDECODE', 'CURSOR_AGENT', 'GEMINI_CLI'];
/** Codex has several that begin like this, and these, which people set for it. */
const CODEX = /^CODEX_(?!HOME$|API_KEY$)/;

/** Whether a coding agent runs the command. FLOWKIWI_AGENT decides, where it is set. */
export function isAgent(env: Environment): boolean {
  if (env['FLOWKIWI_AGENT']) return saysYes(env, 'FLOWKIWI_AGENT');
  return AGENT_VARIABLES.some((name) => saysYes(env, name)) || Object.keys(env).some((name) => CODEX.test(name) && saysYes(env, name));
}

/** Whether the environment says that there is no person to ask. */
export function isUnattended(env: Environment): boolean {
  return isCi(env) || isAgent(env) || saysYes(env, 'FLOWKIWI_NO_INPUT');
}

/** Variables that hold a secret with which a program could act as the user, or as the CI job. No program that is started gets them. */
export const SECRET_VARIABLES = [
  'FLOWKIWI_TOKEN',
  'FLOWKIWI_CLIENT_SECRET',
  'FLOWKIWI_ID_TOKEN',
  'FLOWKIWI_SANDBOX_SECRET',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
] as const;

/** Whether this is Linux inside Windows, whose browser reaches the loopback address of both. */
export function isWsl(env: Environment): boolean {
  return Boolean(env['WSL_DISTRO_NAME'] || env['WSL_INTEROP']);
}

/** Whether there may be a browser: a desktop, or the variable `BROWSER`. */
export function mayHaveBrowser(env: Environment, platform: NodeJS.Platform): boolean {
  const isPersonal = ['darwin', 'win32', 'android'].includes(platform) || isWsl(env);
  return isPersonal || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'] || env['BROWSER']);
}

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
