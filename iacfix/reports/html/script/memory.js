// What this browser keeps of the review, as long as the patch does not change.

const REVIEWS = "iacfix review ";
const KEPT = 50; // reviews; the oldest go
const place = REVIEWS + known.digest;

function remember() {
  const decisions = hunks.filter(answered).map((hunk) => [hunk.number, answered(hunk)]);
  const comments = hunks.filter((hunk) => hunk.comment.value).map((hunk) => [hunk.number, hunk.comment.value]);
  const some = decisions.length > 0 || comments.length > 0;
  byId("forget").disabled = !some;
  try {
    if (some) localStorage.setItem(place, JSON.stringify({ at: Date.now(), decisions, comments }));
    else localStorage.removeItem(place);
  } catch {} // not every place that shows a page gives it storage
}

function recall() {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(place));
  } catch {}
  const answers = new Map(kept?.decisions);
  const comments = new Map(kept?.comments);
  for (const hunk of hunks) {
    put(hunk, answers.get(hunk.number) ?? "");
    hunk.comment.value = comments.get(hunk.number) ?? "";
    showComment(hunk, Boolean(hunk.comment.value));
  }
  byId("forget").disabled = !kept;
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
  if (!confirm("Forget every decision and comment of this review?")) return;
  for (const hunk of hunks) {
    hunk.comment.value = "";
    showComment(hunk, false);
  }
  set(hunks.map((hunk) => hunk.number), "");
}
