"use strict";
{
  const byId = (id) => document.getElementById(id);
  const known = JSON.parse(byId("review").textContent);
  const hunks = [...document.querySelectorAll(".hunk")].map((article) => ({
    article,
    number: Number(article.dataset.number),
    accept: article.querySelector(".accept"),
    reject: article.querySelector(".reject"),
    apart: article.querySelector(".apart"),
    findings: article.dataset.findings.split(" ").filter(Boolean).map((at) => known.findings[at]),
    file: article.closest(".file").dataset.file,
  }));
  const byHunk = new Map(hunks.map((hunk) => [hunk.number, hunk]));
  const bar = document.querySelector(".bar");
  const filters = ["rule", "severity", "file"].map((name) => byId(`by-${name}`));
  const taken = (number) => byHunk.get(number).accept.checked;
  const whole = (finding) => finding.hunks.every(taken);
  const shown = () => hunks.filter((hunk) => !hunk.article.hidden);

  document.documentElement.classList.add("scripts");

  // The patch

  /** The accepted hunks as iacfix diff prints them. Where hunks above are left out, their new lines begin elsewhere. */
  function patch() {
    let text = "";
    for (const file of known.files) {
      let missing = 0;
      let body = "";
      for (const hunk of file.hunks) {
        if (taken(hunk.number)) body += hunk.before + (hunk.line - missing) + hunk.behind;
        else missing += hunk.grows;
      }
      if (body) text += file.heading + body;
    }
    return text;
  }

  function download() {
    if (byId("download").disabled) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([patch()], { type: "text/x-diff" }));
    link.download = known.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  // What is accepted

  const changes = (finding, number) => finding.changes[finding.hunks.indexOf(number)];

  /** Whether other findings, accepted whole, make the same changes in this hunk. */
  function covered(finding, number) {
    const others = byHunk.get(number).findings.filter((other) => other !== finding && whole(other));
    const same = new Set(others.flatMap((other) => changes(other, number)));
    return changes(finding, number).every((change) => same.has(change));
  }

  /** The hunks that belong to the changes in this accepted one and are not accepted. */
  function missing(hunk) {
    if (!hunk.accept.checked) return [];
    const apart = hunk.findings.filter((finding) => !whole(finding) && !covered(finding, hunk.number));
    const numbers = apart.flatMap((finding) => finding.hunks.filter((number) => !taken(number)));
    return [...new Set(numbers)].sort((one, other) => one - other);
  }

  function update() {
    const accepted = hunks.filter((hunk) => hunk.accept.checked).length;
    const rejected = hunks.filter((hunk) => hunk.reject.checked).length;
    const open = hunks.length - accepted - rejected;
    const visible = shown().length;
    const all = visible === hunks.length;
    const apart = [];
    for (const hunk of hunks) {
      const gone = missing(hunk);
      hunk.apart.hidden = !gone.length;
      hunk.apart.replaceChildren(
        ...(gone.length ? ["May not fit: it belongs together with ", ...linked(gone), ", not accepted."] : []),
      );
      if (gone.length) apart.push(hunk.number);
    }
    byId("apart").hidden = !apart.length;
    byId("apart").replaceChildren(...(apart.length ? ["May not fit without what is not accepted: ", ...linked(apart)] : []));
    byId("state").textContent =
      `${accepted} of ${hunks.length} accepted` +
      (rejected ? `, ${rejected} rejected` : "") + (open ? `, ${open} undecided` : "") + (all ? "" : `, ${visible} shown`) + (apart.length ? `, ${apart.length} may not fit` : "");
    byId("open").hidden = !open || !accepted;
    byId("accept").textContent = all ? "Accept all" : "Accept shown";
    byId("reject").textContent = all ? "Reject all" : "Reject shown";
    byId("download").textContent = accepted ? "Download patch" : "Nothing accepted";
    byId("download").disabled = !accepted;
    remember();
  }

  function linked(numbers) {
    const some = numbers.slice(0, 12).flatMap((number, at) => {
      const link = document.createElement("a");
      link.href = `#hunk-${number}`;
      link.textContent = `hunk ${number}`;
      return at ? [", ", link] : [link];
    });
    return numbers.length > 12 ? [...some, ` and ${numbers.length - 12} more`] : some;
  }

  /** A hunk stays where other accepted findings need the same changes. */
  function reject(finding) {
    const own = finding.hunks.filter((number) => !covered(finding, number));
    set(own.length ? own : finding.hunks, "reject");
    set(finding.hunks.filter((number) => !covered(finding, number)), "reject");
  }

  /** The answer is accept, reject, or nothing: then they are undecided. */
  function set(numbers, answer) {
    for (const number of numbers) put(byHunk.get(number), answer);
    update();
  }

  function put(hunk, answer) {
    hunk.accept.checked = answer === "accept";
    hunk.reject.checked = answer === "reject";
  }

  const answered = (hunk) => (hunk.accept.checked ? "accept" : hunk.reject.checked ? "reject" : "");

  // What a reload keeps, for as long as the tab is open

  const place = `iacfix review ${known.digest}`;

  function remember() {
    try {
      sessionStorage.setItem(place, JSON.stringify(hunks.map((hunk) => [hunk.number, answered(hunk)])));
    } catch {} // not every place that shows a page gives it storage
  }

  function recall() {
    try {
      for (const [number, answer] of JSON.parse(sessionStorage.getItem(place) ?? "[]")) put(byHunk.get(number), answer);
    } catch {}
  }

  // What is shown

  function filter() {
    const [rule, severity, file] = filters.map((choice) => choice.value);
    const fits = (one) => (!rule || one.rule === rule) && (!severity || one.severity === severity);
    for (const hunk of hunks) {
      hunk.article.hidden = (file && file !== hunk.file) || ((rule || severity) && !hunk.findings.some(fits));
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

  // The keyboard

  /** The hunk that has the focus, or something in it. */
  function current() {
    const article = document.activeElement?.closest(".hunk");
    return shown().find((hunk) => hunk.article === article);
  }

  function go(step) {
    const all = shown();
    const focused = all.indexOf(current());
    const edge = Math.max(bar.getBoundingClientRect().bottom, 0);
    const below = all.findIndex((hunk) => hunk.article.getBoundingClientRect().top >= edge);
    const here = focused >= 0 ? focused : (below < 0 ? all.length : below) - (step > 0 ? 1 : 0);
    const target = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    target?.article.focus({ preventScroll: true });
    target?.article.scrollIntoView();
    // What is above may only get its true height now that it comes near.
    requestAnimationFrame(() => target?.article.scrollIntoView());
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
    a: () => decide("accept"),
    x: () => decide("reject"),
    u: () => decide(""),
    " ": () => decide(),
    v: turn,
    "/": () => filters[0].focus(),
    d: download,
    "?": help,
  };

  function press(event) {
    const into = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || byId("help").open) return;
    if (!byId("keys").checked || !Object.hasOwn(KEYS, event.key) || into.matches("select, textarea, [contenteditable]")) return;
    if (event.key === " " && !into.matches(".hunk")) return;
    event.preventDefault();
    KEYS[event.key]();
  }

  function start() {
    for (const hunk of hunks) {
      for (const answer of ["accept", "reject"]) {
        hunk[answer].addEventListener("change", () => set([hunk.number], hunk[answer].checked ? answer : ""));
      }
    }
    for (const choice of filters) choice.addEventListener("change", filter);
    byId("accept").addEventListener("click", () => set(shown().map((hunk) => hunk.number), "accept"));
    byId("reject").addEventListener("click", () => set(shown().map((hunk) => hunk.number), "reject"));
    byId("download").addEventListener("click", download);
    byId("clear").addEventListener("click", clear);
    byId("help-open").addEventListener("click", help);
    byId("help-close").addEventListener("click", () => byId("help").close());
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-accept], [data-reject]");
      if (button?.dataset.accept) set(known.findings[button.dataset.accept].hunks, "accept");
      else if (button) reject(known.findings[button.dataset.reject]);
    });
    document.addEventListener("keydown", press);
    // The bar may take two rows; what is scrolled to must not hide below it.
    new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`)).observe(bar);
    recall();
    filter();
  }

  start();
}
