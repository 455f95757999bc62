// Everything is there: the controls begin to work.

document.documentElement.classList.add("scripts");
for (const hunk of hunks) {
  for (const answer of ["accept", "reject"]) {
    hunk[answer].addEventListener("change", () => set([hunk.number], hunk[answer].checked ? answer : ""));
  }
}
for (const choice of filters) choice.addEventListener("input", filter);
byId("next").addEventListener("click", next);
byId("accept").addEventListener("click", () => set(shown().map((hunk) => hunk.number), "accept"));
byId("reject").addEventListener("click", () => set(shown().map((hunk) => hunk.number), "reject"));
byId("download").addEventListener("click", download);
byId("forget").addEventListener("click", forget);
byId("fold-all").addEventListener("click", foldAll);
byId("copy-review").addEventListener("click", () => copy(review()));
byId("copy-close").addEventListener("click", () => byId("copy").close());
byId("help-open").addEventListener("click", help);
byId("help-close").addEventListener("click", () => byId("help").close());
const of = (part) => hunks.find((hunk) => hunk.article.contains(part));
document.addEventListener("click", ({ target }) => {
  const { accept, reject: refuse } = target.closest("[data-accept], [data-reject]")?.dataset ?? {};
  if (accept) set(known.findings[accept].hunks, "accept");
  if (refuse) reject(known.findings[refuse]);
  if (target.closest("[data-clear]")) clear();
  if (target.closest(".to-comment")) comment(of(target));
  if (target.closest(".copy")) copy(item(of(target)));
  if (target.closest(".fold")) fold(target.closest(".hunk, .file"));
  const rule = target.closest("a[data-rule]")?.dataset.rule;
  if (rule) filterByRule(rule);
  const address = target.closest("a")?.hash;
  if (address) unfold(document.querySelector(address));
});
document.addEventListener("keydown", press);
document.addEventListener("input", ({ target }) => target.closest(".comment") && remember());
addEventListener("storage", follow);
// The bar may take two rows; what is scrolled to must not hide below it.
new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`)).observe(bar);
recall();
forgetOldest();
filter();
