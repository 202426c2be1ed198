// Shows the buttons that copy an address or hand it to the device's own sharing, where they work.

const shown = (kind, works) => {
  const buttons = works ? document.querySelectorAll(`[data-${kind}]`) : [];
  for (const button of buttons) (button.closest("li[hidden]") ?? button).hidden = false;
  return [...buttons];
};

for (const button of shown("copy", navigator.clipboard)) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const said = button.closest("section").querySelector("[role=status]");
    said.textContent = "";
    // After a moment, so that it is read out a second time, too.
    setTimeout(() => (said.textContent = button.dataset.done), 50);
  });
}

for (const button of shown("web-share", navigator.share)) {
  button.addEventListener("click", () => {
    const { webShare: url, words: text } = button.dataset;
    // Whoever closes the dialogue has changed their mind, which is no error.
    navigator.share({ url, text }).catch(() => {});
  });
}
