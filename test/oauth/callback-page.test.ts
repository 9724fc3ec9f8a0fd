import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { notForUs, notSignedIn, PAGE_HEADERS, renderCallbackPage, SIGNED_IN } from '../../src/oauth/callback-page.ts';

test.each([SIGNED_IN, notSignedIn('Sign-in failed', 'why'), notForUs(404, 'there is no such page')])('$title', (page) => {
  const html = renderCallbackPage(page);
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(html.match(/<h1>/g)).toHaveLength(1);
  expect(html).toContain(`<h1>${page.title}</h1>`);
  expect(html).toContain(page.text);
});

test('everything is escaped', () => {
  const html = renderCallbackPage(notSignedIn(`<img src=x onerror="alert(1)">`, `</p><script>'&'</script>`));
  expect(html).toContain('<h1>&lt;img src=x onerror=&quot;alert(1)&quot;&gt;</h1>');
  expect(html).toContain('<p>&lt;/p&gt;&lt;script&gt;&#39;&amp;&#39;&lt;/script&gt;.');
});

test('what is not text, or would reorder the text around it, is not passed on', () => {
  expect(renderCallbackPage(notSignedIn('Sign-in failed', 'a\u001b[31mb\u202ec\u2066d\u0007'))).toContain(
    '<p>a\ufffd[31mb\ufffdc\ufffdd\ufffd.',
  );
});

test('the policy allows exactly the style of the page', () => {
  const [, style = ''] = /<style>(.*)<\/style>/s.exec(renderCallbackPage(SIGNED_IN)) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  expect(PAGE_HEADERS['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
});
