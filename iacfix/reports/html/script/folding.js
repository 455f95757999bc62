// Files and hunks fold away.

function fold(part, closed = !part.classList.contains("closed")) {
  part.classList.toggle("closed", closed);
  part.querySelector(".fold").setAttribute("aria-expanded", String(!closed));
  byId("fold-all").textContent = files.some(isOpen) ? "Fold all files" : "Unfold all files";
}

const isOpen = (file) => !file.section.classList.contains("closed");

/** What is inside loses the focus; the button that folded it takes it. */
function foldAround(part) {
  if (!part) return;
  fold(part);
  if (part.matches(".file")) part.querySelector(".fold").focus({ preventScroll: true });
  if (part.getBoundingClientRect().top < 0) part.scrollIntoView();
}

function foldAll() {
  const closed = files.some(isOpen);
  for (const file of files) fold(file.section, closed);
}

/** What a link leads to is unfolded. */
function unfold(target) {
  for (let part = target?.closest(".closed"); part; part = part.closest(".closed")) fold(part, false);
}
