/** What came back for a request of a browser. */
export interface Page {
  readonly status: number;
  readonly location: string;
  readonly cookie: string;
  readonly text: string;
}

/** Sends a request as a browser does, without following redirects. */
export type Browse = (
  method: string,
  path: string,
  options?: { readonly cookie?: string; readonly form?: Record<string, string> },
) => Promise<Page>;

/** Signs in at the login where a request of a client leads to, in a browser of its own. Answers its cookie, and what the client is told. */
export async function signIn(browse: Browse, authorizePath: string, email: string) {
  const asked = await browse('GET', authorizePath);
  const { cookie } = asked;
  expectPage(await browse('GET', asked.location, { cookie }));
  await browse('POST', asked.location, { cookie, form: { action: 'sign-in', email } });
  return { cookie, requestId: String(new URL(asked.location, 'http://localhost').searchParams.get('authRequestID')) };
}

/** Goes where an answer leads to, in a browser that is signed in. */
export async function follow(browse: Browse, location: string, cookie: string): Promise<void> {
  await browse('GET', location, { cookie });
}

/** Signs in for a device, and then lets it in or refuses it. */
export async function answerDevice(browse: Browse, answer: 'allow' | 'deny', userCode: string, email: string): Promise<void> {
  const found = await browse('GET', `/device?user_code=${userCode}`);
  const { cookie, text } = await browse('GET', found.location);
  expectPage({ ...found, text, status: 200 });
  expectPage(await browse('POST', found.location, { cookie, form: { action: 'sign-in', email } }));
  await browse('POST', found.location, { cookie, form: answer === 'allow' ? { confirm: 'yes' } : { abort: 'yes' } });
}

function expectPage({ status, text }: Page): void {
  if (status !== 200 || !text.includes('<h1>')) throw new Error(`the login answers ${status}: ${text}`);
}
