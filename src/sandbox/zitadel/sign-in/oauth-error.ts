/** An error of OAuth as ZITADEL answers it (contract sections 10.2 and 10.27). */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly error: string;
  readonly description: string | undefined;

  constructor(status: number, error: string, description?: string) {
    super(description ?? error);
    this.status = status;
    this.error = error;
    this.description = description;
  }
}

export function invalidRequest(description: string): OAuthError {
  return new OAuthError(400, 'invalid_request', description);
}

export function invalidClient(description?: string): OAuthError {
  return new OAuthError(400, 'invalid_client', description);
}

export function invalidGrant(description?: string): OAuthError {
  return new OAuthError(400, 'invalid_grant', description);
}
