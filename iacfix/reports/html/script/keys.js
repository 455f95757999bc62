// The keyboard: from hunk to hunk, and a key for each button.

const bar = document.querySelector(".bar");

/** The hunk that has the focus, or something in it. */
function current() {
  const article = document.activeElement?.closest(".hunk");
  return shown().find((hunk) => hunk.article === article);
}

function go(step) {
  const all = shown().filter((hunk) => !hunk.file.classList.contains("closed"));
  const focused = all.indexOf(current());
  const edge = Math.max(bar.getBoundingClientRect().bottom, 0);
  const below = all.findIndex((hunk) => hunk.article.getBoundingClientRect().top >= edge);
  const here = focused >= 0 ? focused : (below < 0 ? all.length : below) - (step > 0 ? 1 : 0);
  visit(all[Math.min(Math.max(here + step, 0), all.length - 1)]);
}

/** From here on, then from the top. */
function next() {
  const all = shown();
  const here = all.indexOf(current()) + 1;
  const hunk = [...all.slice(here), ...all.slice(0, here)].find((each) => !answered(each));
  unfold(hunk?.article);
  visit(hunk);
}

function visit(hunk) {
  hunk?.article.focus({ preventScroll: true });
  hunk?.article.scrollIntoView();
  // What is above may only get its true height now that it comes near.
  requestAnimationFrame(() => hunk?.article.scrollIntoView());
}

const NEXT = { "": "accept", accept: "reject", reject: "" };

function decide(answer) {
  const hunk = current();
  if (hunk) set([hunk.number], answer ?? NEXT[answered(hunk)]);
}

function turn() {
  byId(byId("split").checked ? "unified" : "split").checked = true;
}

function help() {
  byId("help").showModal();
  byId("help-close").focus();
}

const KEYS = {
  j: () => go(1),
  k: () => go(-1),
  n: next,
  a: () => decide("accept"),
  x: () => decide("reject"),
  u: () => decide(""),
  " ": () => decide(),
  o: () => foldAround(current()?.article),
  O: () => foldAround(current()?.file ?? document.activeElement?.closest(".file")),
  c: () => comment(current()),
  m: () => copy(review()),
  v: turn,
  "/": () => filters[0].focus(),
  d: download,
  "?": help,
};

function press(event) {
  const into = event.target;
  if (event.key === "Escape" && into.matches(".comment textarea")) leaveComment(current());
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (!byId("keys").checked || !Object.hasOwn(KEYS, event.key) || into.matches("select, textarea, [type=search], [contenteditable]")) return;
  if (event.key === " " && !into.matches(".hunk")) return;
  event.preventDefault();
  KEYS[event.key]();
}
