import type { Database } from '../../database.ts';
import { signInRecords } from '../store/sign-in-records.ts';

/** That a person has signed in, in some browser. */
export interface BrowserSession {
  /** Of the instance and the browser: there is one for both. */
  readonly id: string;
  /** What id tokens call it. */
  readonly sid: string;
  readonly userId: string;
  /** In seconds since the Unix epoch. */
  readonly authTime: number;
}

/** A person is asked to sign in for a client. */
export interface AuthRequest {
  readonly id: string;
  readonly browser: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state?: string | undefined;
  readonly nonce?: string | undefined;
  readonly challenge?: string | undefined;
  readonly challengeMethod?: string | undefined;
  readonly responseMode?: string | undefined;
  readonly loginHint?: string | undefined;
  readonly prompts: readonly string[];
  /** Undefined until somebody has signed in. */
  readonly session?: BrowserSession | undefined;
  /** Hash of the newest code; the others are worth nothing. */
  readonly codeHash?: string | undefined;
}

/** An authorization code, by its hash. */
export interface Code {
  readonly id: string;
  readonly requestId: string;
}

/** A device waits for somebody (RFC 8628), by the hash of its code. */
export interface DeviceAuthorization {
  readonly id: string;
  readonly userCode: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** In milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  readonly state: 'pending' | 'approved' | 'denied' | 'redeemed';
  readonly session?: BrowserSession | undefined;
}

/** What a client has been given, with the tokens that count now. */
export interface ClientSession {
  readonly id: string;
  readonly instanceId: string;
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  /** The session in the browser, which a sign-out ends; undefined for a machine. */
  readonly sid?: string | undefined;
  readonly nonce?: string | undefined;
  /** In seconds since the Unix epoch. */
  readonly authTime: number;
  /** How the user showed who it is (RFC 8176); undefined for a signed assertion. */
  readonly methods?: readonly string[] | undefined;
  readonly accessTokenId?: string | undefined;
  readonly refreshTokenId?: string | undefined;
  /** When no refresh helps any more, in milliseconds since the Unix epoch. */
  readonly endsAt: number;
}

/** A token, by its hash. */
export interface Token {
  readonly id: string;
  readonly kind: 'access' | 'refresh';
  readonly tokenId: string;
  readonly sessionId: string;
  /** In milliseconds since the Unix epoch, as the next. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** All that the OAuth server of the instances keeps. */
export function signInStore(database: Database) {
  return {
    browserSessions: signInRecords<BrowserSession>(database, 'browser_session'),
    authRequests: signInRecords<AuthRequest>(database, 'auth_request'),
    codes: signInRecords<Code>(database, 'code'),
    devices: signInRecords<DeviceAuthorization>(database, 'device'),
    /** By their browser session. */
    clientSessions: signInRecords<ClientSession>(database, 'client_session'),
    tokens: signInRecords<Token>(database, 'token'),
  };
}

const MINUTE_MS = 60 * 1000;

/** How long a person may take to sign in. */
export const AUTH_REQUEST_MS = 60 * MINUTE_MS;

export const CODE_MS = 5 * MINUTE_MS;

export const DEVICE_CODE_MS = 5 * MINUTE_MS;

/** How long a browser stays signed in. */
export const BROWSER_SESSION_MS = 30 * 24 * 60 * MINUTE_MS;
