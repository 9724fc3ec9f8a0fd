/** How much of a storm is run: a small one in `npm run test:attack`, the whole in `npm run test:storms`. */
const IS_WHOLE = process.env['STORM'] === 'whole';

/** Processes at once, and rounds of them. */
export const REFRESH_STORM = IS_WHOLE ? { processes: 50, rounds: 20 } : { processes: 6, rounds: 1 };

/** The same for short-lived tokens, at the sandbox and at a sign-in server that others wrote. */
export const SHORT_LIFE_STORM = IS_WHOLE ? { processes: 50, rounds: 20 } : { processes: 10, rounds: 1 };

/** Processes that are killed while they write. */
export const KILLS = IS_WHOLE ? 200 : 15;

/** Processes that are ended by a signal while they change config.json. */
export const CONFIG_KILLS = IS_WHOLE ? 100 : 28;

/** Creates under faults of the server, half of them of organizations, and how many at once. */
export const CREATES = IS_WHOLE ? { number: 2_000, atOnce: 20 } : { number: 120, atOnce: 20 };

/** How often a sandbox is killed under load, and how many requests it gets in each stretch of a soak. */
export const SOAK = IS_WHOLE ? { kills: 30, requests: 8_000 } : { kills: 3, requests: 800 };

/** Moments at which the database of a ZITADEL goes away. */
export const OUTAGES = IS_WHOLE ? 50 : 4;

/** Milliseconds that a projection of ZITADEL lags behind. */
export const LAGS = IS_WHOLE ? [200, 2_000, 10_000] : [200, 2_000];

/** Longest time of one storm, in milliseconds. */
export const STORM_TIME_MS = IS_WHOLE ? 600_000 : 60_000;

/**
 * Customers of a run of `apply` that is killed so often, moments at which another run takes over from one that is stopped, and customers of a run
 * whose requests are disturbed, each of which may have it wait for a second.
 */
export const APPLY_STORM = IS_WHOLE
  ? { customers: 500, kills: 100, takeovers: 100, disturbed: 150 }
  : { customers: 60, kills: 6, takeovers: 4, disturbed: 40 };
