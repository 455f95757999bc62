// Everything is there: the controls begin to work.

document.documentElement.classList.add("scripts");
for (const hunk of hunks) {
  for (const answer of ["accept", "reject"]) {
    hunk[answer].addEventListener("change", () => set([hunk.number], hunk[answer].checked ? answer : ""));
  }
}
for (const choice of filters) choice.addEventListener("change", filter);
byId("accept").addEventListener("click", () => set(shown().map((hunk) => hunk.number), "accept"));
byId("reject").addEventListener("click", () => set(shown().map((hunk) => hunk.number), "reject"));
byId("download").addEventListener("click", download);
byId("forget").addEventListener("click", forget);
byId("clear").addEventListener("click", clear);
byId("help-open").addEventListener("click", help);
byId("help-close").addEventListener("click", () => byId("help").close());
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-accept], [data-reject]");
  if (button?.dataset.accept) set(known.findings[button.dataset.accept].hunks, "accept");
  else if (button) reject(known.findings[button.dataset.reject]);
});
document.addEventListener("keydown", press);
addEventListener("storage", follow);
// The bar may take two rows; what is scrolled to must not hide below it.
new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`)).observe(bar);
recall();
forgetOldest();
filter();
