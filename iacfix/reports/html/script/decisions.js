// What is accepted, rejected or undecided, and which hunks belong together.

const taken = (number) => byHunk.get(number).accept.checked;
const whole = (finding) => finding.hunks.every(taken);
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
  remember();
}

function put(hunk, answer) {
  hunk.accept.checked = answer === "accept";
  hunk.reject.checked = answer === "reject";
}

function tally() {
  const accepted = hunks.filter((hunk) => hunk.accept.checked).length;
  const rejected = hunks.filter((hunk) => hunk.reject.checked).length;
  const open = hunks.length - accepted - rejected;
  const said = `${accepted} of ${hunks.length} accepted` + (rejected ? `, ${rejected} rejected` : "") + (open ? `, ${open} undecided` : "");
  return { accepted, rejected, open, said };
}

/** Brings what is said of the decisions up to date. */
function update() {
  const { accepted, rejected, open, said } = tally();
  const visible = shown().length;
  const all = visible === hunks.length;
  const apart = [];
  for (const hunk of hunks) {
    const gone = missing(hunk);
    if (!gone.length && hunk.apart.hidden) continue;
    hunk.apart.hidden = !gone.length;
    hunk.apart.replaceChildren(
      ...(gone.length ? ["May not apply: it belongs together with ", ...linked(gone), ", not accepted."] : []),
    );
    if (gone.length) apart.push(hunk.number);
  }
  byId("apart").hidden = !apart.length;
  byId("apart").replaceChildren(...(apart.length ? ["May not apply without hunks that are not accepted: ", ...linked(apart)] : []));
  byId("state").textContent = said + (all ? "" : `, ${visible} shown`) + (apart.length ? `, ${apart.length} may not apply` : "");
  byId("open").hidden = !open || !accepted;
  byId("accept").textContent = all ? "Accept all" : "Accept shown";
  byId("reject").textContent = all ? "Reject all" : "Reject shown";
  byId("download").textContent = accepted ? `Download patch (${accepted})` : "Nothing accepted";
  byId("download").disabled = !accepted;
  byId("next").disabled = !open;
  progress();
}
