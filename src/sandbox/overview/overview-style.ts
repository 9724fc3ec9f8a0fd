/** The style of the overview. Its hash is in the content security policy, so it stands in the page exactly like this. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f4f6ee;--sheet:#fff;--text:#1d2412;--quiet:#5a6450;--line:#dfe4d3;--accent:#486b10;--soft:#eff4e1;--bad:#a5260f;--warn:#7a4d00}
@media (prefers-color-scheme:dark){:root{--page:#12150d;--sheet:#1b2014;--text:#edf1e4;--quiet:#a9b39b;--line:#323a27;--accent:#b3d65f;--soft:#252d19;--bad:#ff9c86;--warn:#f2c26b}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;padding:1.5rem 1rem;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,footer{max-width:64rem;margin:0 auto}
header{display:flex;align-items:center;gap:.6rem}
.mark{width:1.75rem;height:1.75rem;flex:none}
h1{margin:0;font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.018em}
h2{margin:0 0 .6rem;font-size:1.0625rem;font-weight:650}
h3{margin:1rem 0 .2rem;font-size:.9375rem;font-weight:600}
h3:first-child{margin-top:0}
p{margin:0 0 .6rem}
code,.path{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.8125rem;overflow-wrap:anywhere}
code{color:var(--quiet)}
.address{margin:.35rem 0 1.1rem;display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:baseline}
#state{font-size:.875rem;color:var(--quiet)}
section{margin:0 0 1rem;padding:1.25rem;background:var(--sheet);border:1px solid var(--line);border-radius:.9rem}
.quiet,.took,.time{color:var(--quiet)}
.quiet,.took,.time{font-size:.875rem}
ul{margin:0;padding:0;list-style:none}
.tree>li{padding:.5rem 0;border-top:1px solid var(--line)}
.tree ul{margin:.25rem 0 0 .3rem;padding-left:1rem;border-left:2px solid var(--line)}
.tree ul li{padding:.15rem 0}
bdi{overflow-wrap:anywhere}
.root{font-weight:600}
.handle{color:var(--accent);background:var(--soft);border-radius:.3rem;padding:.05rem .35rem}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
th{text-align:left;font-size:.8125rem;font-weight:600;color:var(--quiet)}
th,td{padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:baseline;white-space:nowrap}
.path{width:100%;white-space:normal}
.method,.status{font-weight:600;font-size:.875rem}
th:last-child,.took{padding-right:0;text-align:right}
.refused{color:var(--warn)}
.failed{color:var(--bad)}
button,input,select{font:inherit;color:inherit}
button{background:none;border:1px solid var(--line);border-radius:.4rem;padding:.1rem .5rem;cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
input[type=search],select{background:var(--page);border:1px solid var(--line);border-radius:.4rem;padding:.2rem .4rem;max-width:12rem}
.bar{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;margin:0 0 .6rem;font-size:.875rem}
.bar h2{margin:0;flex:1}
.copy{font-size:.75rem;color:var(--quiet)}
.open{border:0;padding:0;text-align:left;font:inherit;overflow-wrap:anywhere}
.open:hover{text-decoration:underline}
.detail td{white-space:normal}
.detail h3{margin:.6rem 0 .2rem}
pre{margin:0 0 .4rem;padding:.5rem;background:var(--page);border-radius:.4rem;max-height:16rem;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;font:.8125rem/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
textarea{width:100%;font:.8125rem/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:inherit;background:var(--page);border:1px solid var(--line);border-radius:.4rem;padding:.4rem;margin:.2rem 0 .6rem}
#behaviour label{font-size:.875rem}
footer{font-size:.8125rem;color:var(--quiet)}
@media (max-width:40rem){
section{padding:1rem}
.tree code:not(.handle){display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody{display:block}
tr:not([hidden]){display:grid;grid-template-columns:auto auto 1fr auto;gap:0 .75rem;padding:.5rem 0;border-bottom:1px solid var(--line)}
td{display:block;padding:0;border:0}
.method{order:1}
.status{order:2}
.took{order:3;text-align:left}
.time{order:4}
.path{order:5;grid-column:1/-1}
.detail td{grid-column:1/-1;min-width:0}
}
`;
