// Which hunks are shown.

const filters = ["rule", "severity", "file"].map((name) => byId(`by-${name}`));

function filter() {
  const [rule, severity, file] = filters.map((choice) => choice.value);
  const fits = (one) => (!rule || one.rule === rule) && (!severity || one.severity === severity);
  for (const hunk of hunks) {
    hunk.article.hidden = (file && file !== hunk.file.dataset.file) || ((rule || severity) && !hunk.findings.some(fits));
  }
  for (const item of document.querySelectorAll(".left li")) item.hidden = !fits(item.dataset);
  for (const list of document.querySelectorAll(".left")) list.hidden = !list.querySelector("li:not([hidden])");
  let any = false;
  for (const section of document.querySelectorAll(".file")) {
    section.hidden =
      (file && file !== section.dataset.file) || !section.querySelector(".hunk:not([hidden]), .left:not([hidden])");
    any ||= !section.hidden;
  }
  byId("none").hidden = any;
  update();
}

function clear() {
  for (const choice of filters) choice.value = "";
  filter();
  filters[0].focus();
}
