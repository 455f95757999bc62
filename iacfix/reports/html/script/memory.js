// What this browser keeps of the review, for as long as the patch is the same.

const REVIEWS = "iacfix review ";
const KEPT = 50; // reviews; the oldest go
const place = REVIEWS + known.digest;

function remember() {
  const decisions = hunks.filter(answered).map((hunk) => [hunk.number, answered(hunk)]);
  try {
    if (decisions.length) localStorage.setItem(place, JSON.stringify({ at: Date.now(), decisions }));
    else localStorage.removeItem(place);
  } catch {} // not every place that shows a page gives it storage
}

function recall() {
  try {
    const { decisions } = JSON.parse(localStorage.getItem(place)) ?? { decisions: [] };
    const answers = new Map(decisions);
    for (const hunk of hunks) put(hunk, answers.get(hunk.number) ?? "");
  } catch {}
}

function forgetOldest() {
  try {
    const reviews = Object.keys(localStorage).filter((key) => key.startsWith(REVIEWS));
    const age = (key) => JSON.parse(localStorage.getItem(key)).at;
    for (const key of reviews.sort((one, other) => age(other) - age(one)).slice(KEPT)) localStorage.removeItem(key);
  } catch {}
}

/** Another tab with the same page decides as well. */
function follow(event) {
  if (event.key !== place) return;
  recall();
  update();
}

function forget() {
  if (!confirm("Forget every decision of this review?")) return;
  set(hunks.map((hunk) => hunk.number), "");
}
