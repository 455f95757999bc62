// Which hunks are shown. A decision hides nothing until a filter is chosen again.

const filters = ["rule", "severity", "decision", "file"].map((name) => byId(`by-${name}`));
const NAMES = { "": "undecided", accept: "accepted", reject: "rejected" };

function filter() {
  const [rule, severity, decision, path] = filters.map((choice) => choice.value);
  const fits = (one) => (!rule || one.rule === rule) && (!severity || one.severity === severity);
  const is = (hunk) =>
    !decision || (decision === "commented" ? hunk.comment.value.trim() !== "" : NAMES[answered(hunk)] === decision);
  const named = (file) => file.section.dataset.path.toLowerCase().includes(path.trim().toLowerCase());
  for (const item of document.querySelectorAll(".left > ul > li")) item.hidden = Boolean(decision) || !fits(item.dataset);
  for (const list of document.querySelectorAll(".left")) list.hidden = !list.querySelector("li[data-rule]:not([hidden])");
  for (const file of files) {
    for (const hunk of file.hunks) {
      hunk.article.hidden = !named(file) || !is(hunk) || ((rule || severity) && !hunk.findings.some(fits));
    }
    file.section.hidden = !named(file) || !file.section.querySelector(".hunk:not([hidden]), .left:not([hidden])");
    file.item.hidden = file.section.hidden;
  }
  byId("none").hidden = files.some((file) => !file.section.hidden);
  byId("clear").hidden = !filters.some((choice) => choice.value);
  update();
}

function filterByRule(rule) {
  clear();
  byId("by-rule").value = rule;
  filter();
}

function clear() {
  for (const choice of filters) choice.value = "";
  filter();
  filters[0].focus();
}
