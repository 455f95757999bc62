// The patch of the accepted hunks.

/** As iacfix diff prints them. Where hunks above are left out, their new lines begin elsewhere. */
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
