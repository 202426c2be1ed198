// Shows the buttons to copy a URL or to share it with the device's own dialogue, where supported.

const showButtons = (kind, isSupported) => {
  const buttons = isSupported ? document.querySelectorAll(`[data-${kind}]`) : [];
  for (const button of buttons) (button.closest("li[hidden]") ?? button).hidden = false;
  return [...buttons];
};

for (const button of showButtons("copy", navigator.clipboard)) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const status = button.closest("section").querySelector("[role=status]");
    status.textContent = "";
    // After a delay, so that screen readers announce it again each time.
    setTimeout(() => (status.textContent = button.dataset.done), 50);
  });
}

for (const button of showButtons("web-share", navigator.share)) {
  button.addEventListener("click", () => {
    const { webShare: url, words: text } = button.dataset;
    // Closing the dialogue is not an error.
    navigator.share({ url, text }).catch(() => {});
  });
}
