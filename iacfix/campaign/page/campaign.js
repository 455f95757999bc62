"use strict";

{
  const find = (selector) => document.querySelector(selector);
  const table = find("#all");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...body.rows];
  // A cell may stand for several that are empty.
  const texts = (cell) => [cell.textContent, ...Array(cell.colSpan - 1).fill("")];
  const cells = new Map(rows.map((row) => [row, [...row.cells].flatMap(texts)]));
  const filters = { name: find("#by-name"), state: find("#by-state"), rule: find("#by-rule") };
  const words = new Intl.Collator("en", { numeric: true });

  const filter = () => {
    const name = filters.name.value.trim().toLowerCase();
    const rule = heads.findIndex((head) => filters.rule.value && title(head) === filters.rule.value);
    let shown = 0;
    for (const row of rows) {
      const told = cells.get(row);
      row.hidden = !(
        told[0].toLowerCase().includes(name) &&
        (!filters.state.value || told[1] === filters.state.value) &&
        (rule < 0 || told[rule])
      );
      shown += !row.hidden;
    }
    find("#state").textContent = `${shown} of ${rows.length} shown`;
  };

  const title = (head) => head.querySelector(".plain").textContent;

  // Under a rule most findings count, then most fixed; an empty cell is less than any number.
  const key = (text, column) => {
    if (column < 2) return text;
    const [fixed, found] = text.split(" of ");
    return text === "" ? -1 : found === undefined ? Number(fixed) : Number(found) + Number(fixed) / 1e6;
  };

  const sort = (column) => {
    const before = heads[column].getAttribute("aria-sort");
    const down = before ? before === "ascending" : column > 1;
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
    const keys = new Map(rows.map((row) => [row, key(cells.get(row)[column], column)]));
    const order = column < 2 ? words.compare : (a, b) => a - b;
    rows.sort((a, b) => (down ? -1 : 1) * order(keys.get(a), keys.get(b)) || words.compare(cells.get(a)[0], cells.get(b)[0]));
    body.append(...rows);
  };

  document.documentElement.classList.add("scripts");
  for (const [name, control] of Object.entries(filters)) control.addEventListener(name === "name" ? "input" : "change", filter);
  find("#clear").addEventListener("click", () => {
    for (const control of Object.values(filters)) control.value = "";
    filter();
    filters.name.focus();
  });
  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => sort(column)));
  filter();
}
