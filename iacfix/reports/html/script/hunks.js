// What the page has: its hunks with their controls, and what the document says of them.

const byId = (id) => document.getElementById(id);
const known = JSON.parse(byId("review").textContent);
const hunks = [...document.querySelectorAll(".hunk")].map((article) => ({
  article,
  number: Number(article.dataset.number),
  accept: article.querySelector(".accept"),
  reject: article.querySelector(".reject"),
  comment: article.querySelector("textarea"),
  apart: article.querySelector(".apart"),
  findings: article.dataset.findings.split(" ").filter(Boolean).map((at) => known.findings[at]),
  file: article.closest(".file"),
}));
const byHunk = new Map(hunks.map((hunk) => [hunk.number, hunk]));
const answered = (hunk) => (hunk.accept.checked ? "accept" : hunk.reject.checked ? "reject" : "");
const shown = () => hunks.filter((hunk) => !hunk.article.hidden);

function linked(numbers) {
  const some = numbers.slice(0, 12).flatMap((number, at) => {
    const link = document.createElement("a");
    link.href = `#hunk-${number}`;
    link.textContent = `hunk ${number}`;
    return at ? [", ", link] : [link];
  });
  return numbers.length > 12 ? [...some, ` and ${numbers.length - 12} more`] : some;
}
