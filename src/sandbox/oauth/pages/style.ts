/** The style of all pages. Its hash is in the content security policy, so it stands in the page exactly like this. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f4f6ee;--sheet:#fff;--text:#1d2412;--quiet:#5a6450;--line:#dfe4d3;--field:#fff;--edge:#8a947c;--accent:#486b10;--on-accent:#fff;--hover:#3a570b;--soft:#eff4e1;--bad:#a5260f;--ring:#1f5fbf}
@media (prefers-color-scheme:dark){:root{--page:#12150d;--sheet:#1b2014;--text:#edf1e4;--quiet:#a9b39b;--line:#323a27;--field:#14180e;--edge:#77826a;--accent:#b3d65f;--on-accent:#1a2408;--hover:#c6e57b;--soft:#252d19;--bad:#ff9c86;--ring:#8fc1ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:1.5rem 1rem;background:var(--page);color:var(--text);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.sheet{width:100%;max-width:26.5rem}
header{display:flex;align-items:center;gap:.6rem;margin:0 0 1.1rem .25rem}
.mark{width:1.75rem;height:1.75rem;flex:none}
.name{font-weight:650;letter-spacing:-.01em}
.tag{font-size:.75rem;color:var(--quiet);border:1px solid var(--line);border-radius:1rem;padding:.05rem .55rem}
main{background:var(--sheet);border:1px solid var(--line);border-radius:1rem;padding:1.9rem 1.75rem 1.75rem;box-shadow:0 1px 2px rgb(0 0 0/.04),0 12px 32px -18px rgb(0 0 0/.22)}
h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.018em;text-wrap:balance}
h2{margin:1.4rem 0 .35rem;font-size:.9375rem;font-weight:600}
p{margin:0 0 .9rem;overflow-wrap:anywhere}
.quiet{color:var(--quiet)}
.small{font-size:.875rem}
strong{font-weight:600}
form{margin:1.4rem 0 0}
label{display:block;font-weight:600;font-size:.9375rem;margin:0 0 .4rem}
input{display:block;width:100%;min-height:2.9rem;padding:.55rem .8rem;font:inherit;color:inherit;background:var(--field);border:1px solid var(--edge);border-radius:.6rem}
::placeholder{color:var(--quiet);opacity:.6;font-weight:400}
input[aria-invalid]{border-color:var(--bad)}
.code-field{font:600 1.3rem/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;letter-spacing:.12em;text-align:center;text-transform:uppercase}
.note{margin:.55rem 0 0;font-size:.875rem;color:var(--quiet)}
.problem{margin:.55rem 0 0;font-size:.9375rem;color:var(--bad);font-weight:500}
.actions{display:flex;flex-direction:column;gap:.6rem;margin-top:1.5rem}
button{min-height:2.9rem;padding:.55rem 1rem;font:inherit;font-weight:600;color:inherit;background:transparent;border:1px solid var(--edge);border-radius:.6rem;cursor:pointer}
button:hover{background:var(--soft)}
button.primary{color:var(--on-accent);background:var(--accent);border-color:var(--accent)}
button.primary:hover{background:var(--hover);border-color:var(--hover)}
a{color:var(--accent);text-underline-offset:.18em}
:focus-visible{outline:3px solid var(--ring);outline-offset:2px;border-radius:.6rem}
ul{margin:.2rem 0 0;padding:0;list-style:none}
li{position:relative;padding:.5rem 0 .5rem 1.75rem;border-top:1px solid var(--line)}
li:first-child{border-top:0}
li::before{content:"";position:absolute;left:.3rem;top:.92rem;width:.35rem;height:.65rem;border:solid var(--accent);border-width:0 2px 2px 0;transform:rotate(42deg)}
.code{display:block;margin:1.1rem 0;padding:.9rem .5rem;text-align:center;background:var(--soft);border-radius:.75rem;font:600 1.75rem/1.3 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;letter-spacing:.1em}
.detail{margin:1rem 0 0;padding:.6rem .8rem;background:var(--soft);border-radius:.6rem;font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
main>:last-child{margin-bottom:0}
footer{margin:1.1rem .25rem 0;font-size:.8125rem;color:var(--quiet)}
@media (max-width:24rem){main{padding:1.5rem 1.25rem}.code{font-size:1.5rem}}
@media (forced-colors:active){button.primary{border-width:2px}}
`;
