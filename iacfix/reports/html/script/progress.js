// How far the review is: of each file, and of all.

const files = [...document.querySelectorAll(".file")].map((section) => {
  const item = document.querySelector(`.files a[href="#${section.id}"]`).parentElement;
  const mine = hunks.filter((hunk) => hunk.file === section);
  return { section, item, hunks: mine, places: [section, item].map((part) => part.querySelector(".progress")) };
});

function progress() {
  const changed = files.filter((file) => file.hunks.length);
  let done = 0;
  for (const file of changed) {
    const decided = file.hunks.filter(answered).length;
    const whole = decided === file.hunks.length;
    done += whole;
    for (const place of file.places) {
      place.textContent = `${decided} of ${file.hunks.length}`;
      place.classList.toggle("done", whole);
    }
  }
  byId("done").textContent = `, ${done} of ${changed.length} decided`;
}
