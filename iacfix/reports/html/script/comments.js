// What the reviewer says of a hunk, and the review as Markdown.

const PLAIN = /[\\`*_[\]<>#~|]/g;

function showComment(hunk, open) {
  hunk.comment.closest(".comment").hidden = !open;
  hunk.article.querySelector(".to-comment").hidden = open;
}

function comment(hunk) {
  if (!hunk) return;
  fold(hunk.article, false);
  showComment(hunk, true);
  hunk.comment.focus();
}

/** Back to the hunk; an empty comment is none. */
function leaveComment(hunk) {
  hunk.article.focus({ preventScroll: true });
  showComment(hunk, Boolean(hunk.comment.value.trim()));
}

/** A code span, whatever backticks the text has. */
function span(text) {
  const fence = "`".repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const room = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return fence + room + text + room + fence;
}

function item(hunk) {
  const at = span(`${hunk.file.dataset.path}:${hunk.article.dataset.line}`);
  const address = hunk.article.querySelector("a.where")?.href;
  const rules = [...new Set(hunk.findings.map((finding) => span(finding.rule)))];
  const about = [...rules, ...(answered(hunk) ? [NAMES[answered(hunk)]] : [])].join(", ");
  const said = hunk.comment.value.trim().replaceAll(/\n(?=.)/g, "\n  ");
  return `- ${address ? `[${at}](${address})` : at}${about && ` (${about})`}${said && `: ${said}`}\n`;
}

/** What somebody who changes the program has to know: each comment, and what was rejected. */
function review() {
  const told = hunks.filter((hunk) => hunk.comment.value.trim() || hunk.reject.checked);
  return `**${document.title.replaceAll(PLAIN, "\\$&")}**: ${tally().said}\n${told.length ? "\n" : ""}${told.map(item).join("")}`;
}

/** Where a page may not write to the clipboard, a text to copy by hand. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    byId("copied").textContent = "Copied";
    setTimeout(() => (byId("copied").textContent = ""), 3000);
  } catch {
    byId("markdown").value = text;
    byId("copy").showModal();
    byId("markdown").select();
  }
}
