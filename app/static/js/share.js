// A new link is copied at once; where the browser does not allow that, it stands there selected.

export async function offerLink() {
  const share = document.getElementById("share");
  const link = share.querySelector("input");
  if (!link) return;
  link.focus();
  link.select();
  try {
    await navigator.clipboard.writeText(link.value);
    const note = share.querySelector(".copied");
    note.textContent = note.dataset.copied;
  } catch {
    // it is selected
  }
}
