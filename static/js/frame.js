// In a frame on another site: reports this page's height to the page around it (see embed.js), and
// moves focus to a form's errors, or to the message that it was sent.

const reportHeight = () => {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  // Any site may frame this page, so the target origin is unknown; a height is no secret.
  parent.postMessage({ undersigned: { height } }, "*");
};

if (parent !== window) {
  new ResizeObserver(reportHeight).observe(document.documentElement);
  window.addEventListener("message", ({ source }) => {
    if (source === parent) reportHeight();
  });
}

// Browsers ignore autofocus in cross-origin frames.
document.querySelector("#errors, #sent")?.focus();
